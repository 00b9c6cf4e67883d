package dev.leash.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.Supervisor;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteWatchdog;
import org.apache.commons.exec.PumpStreamHandler;

/** The same task with Apache Commons Exec and with Leash: the output of a program that has ten seconds. */
public class FromCommonsExec {
    // @start region=before
    static String before() throws Exception {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("LC_ALL", "C");
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        DefaultExecutor executor = DefaultExecutor.builder()
                .setExecuteStreamHandler(new PumpStreamHandler(output))
                .get();
        executor.setWatchdog(ExecuteWatchdog.builder().setTimeout(ofSeconds(10)).get());
        executor.execute(new CommandLine("uname").addArgument("-s"), environment);
        return output.toString(UTF_8);
    }
    // @end

    // @start region=after
    static String after(Supervisor supervisor) throws Exception {
        Command uname = Command.of("uname", "-s").env("LC_ALL", "C").mergeStderr();
        return supervisor.run(uname.timeout(ofSeconds(10))).orThrow().stdout();
    }
    // @end

    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create()) {
            System.out.print(before() + after(supervisor));
        }
    }
}
