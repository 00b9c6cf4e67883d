package dev.leash.examples;

import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.StageResult;
import dev.leash.Stdin;
import dev.leash.Supervisor;

/** Three programs in a row are one run: one deadline, one group, one result, and the status of each. */
public class Pipeline {
    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create()) {
            // @start region=pipeline
            Command count = Command.of("tr", " ", "\\n")
                    .pipeTo(Command.of("sort"))
                    .pipeTo(Command.of("uniq", "-c"))
                    .stdin(Stdin.text("so much of so little"))
                    .timeout(ofSeconds(10));
            Result result = supervisor.run(count);
            System.out.print(result.stdout());
            for (StageResult stage : result.stages()) {
                System.out.println(stage.command() + ": " + stage.status());
            }
            // @end
        }
    }
}
