package dev.leash.examples;

import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.Supervisor;
import java.util.concurrent.TimeUnit;
import org.zeroturnaround.exec.ProcessExecutor;

/** The same task with zt-exec and with Leash: the output of a program that has ten seconds. */
public class FromZtExec {
    // @start region=before
    static String before() throws Exception {
        return new ProcessExecutor("uname", "-s")
                .environment("LC_ALL", "C")
                .timeout(10, TimeUnit.SECONDS)
                .exitValueNormal()
                .readOutput(true)
                .execute()
                .outputUTF8();
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
