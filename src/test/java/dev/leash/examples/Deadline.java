package dev.leash.examples;

import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Supervisor;

public class Deadline {
    public static void main(String[] args) throws Exception {
        // @start region=run
        try (var supervisor = Supervisor.create()) {
            Command command = Command.shell("echo start; sleep 10 & sleep 10").timeout(ofSeconds(2));
            Result result = supervisor.run(command);
            System.out.println(result.cause()); // TIMED_OUT
            System.out.println(result.status()); // ended by SIGKILL
            System.out.print(result.stdout()); // start
        } // and no sleep is left alive
        // @end
    }
}
