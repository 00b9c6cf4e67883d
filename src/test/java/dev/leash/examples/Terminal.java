package dev.leash.examples;

import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Supervisor;

/** A program that believes it is talking to a person. */
public class Terminal {
    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create()) {
            // @start region=terminal
            Command question =
                    Command.shell("test -t 1 && stty size").terminal(80, 24).timeout(ofSeconds(10));
            Result result = supervisor.run(question);
            System.out.println(result.orThrow().stdout().strip()); // 24 80
            // @end
        }
    }
}
