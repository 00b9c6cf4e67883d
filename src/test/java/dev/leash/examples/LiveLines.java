package dev.leash.examples;

import static java.time.Duration.ofMinutes;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Supervisor;

/** Shows each line of a build as it is written, and gives up on one that has gone quiet. */
public class LiveLines {
    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create()) {
            // @start region=lines
            Command build = Command.shell("echo compiling; sleep 0.2; echo 'warning: old' >&2; sleep 0.2; echo done")
                    .stdout(Output.lines(line -> System.out.println("build: " + line)))
                    .mergeStderr()
                    .idleTimeout(ofMinutes(5));
            Result result = supervisor.run(build);
            // @end
            System.out.println(result.status());
        }
    }
}
