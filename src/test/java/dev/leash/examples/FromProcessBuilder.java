package dev.leash.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.LeashProcessBuilder;
import dev.leash.Supervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The same task with the JDK's own means and with Leash: the output of a program that has ten seconds. */
public class FromProcessBuilder {
    // @start region=before
    static String before() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("uname", "-s").redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        // On another thread: one that reads cannot keep the time.
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(process.getInputStream().readAllBytes(), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly(); // its children live on
            throw new TimeoutException("uname takes too long");
        }
        if (process.exitValue() != 0) {
            throw new IOException("uname failed with " + process.exitValue());
        }
        return output.get(); // waits for every process that holds the pipe
    }
    // @end

    // @start region=after
    static String after(Supervisor supervisor) throws Exception {
        Command uname = Command.of("uname", "-s").env("LC_ALL", "C").mergeStderr();
        return supervisor.run(uname.timeout(ofSeconds(10))).orThrow().stdout();
    }
    // @end

    static String dropIn() throws Exception {
        // @start region=dropIn
        Process process = new LeashProcessBuilder("uname", "-s") // was: new ProcessBuilder("uname", "-s")
                .redirectErrorStream(true)
                .rules(command -> command.timeout(ofSeconds(10))) // new
                .start();
        // @end
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create()) {
            System.out.print(before() + after(supervisor) + dropIn());
        }
    }
}
