package dev.leash.examples;

import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Straggler;
import dev.leash.StragglerPolicy;
import dev.leash.Supervisor;

/** What a program leaves behind when it exits is killed and named, or stays where that is wanted. */
public class LeftBehind {
    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create()) {
            // @start region=stragglers
            Command careless = Command.shell("sleep 600 & exit 0").containment(Containment.TREE);
            Result result = supervisor.run(careless);
            for (Straggler killed : result.killed()) {
                System.out.println(killed.name() + " was killed, of the run by its " + killed.membership());
            }
            // @end

            // @start region=leave
            Command launcher = Command.shell("sleep 2 & echo started")
                    .stdout(Output.captureHead(4096))
                    .drainTime(ofSeconds(0)) // the sleep holds the pipe, and is not waited for
                    .stragglers(StragglerPolicy.LEAVE);
            System.out.print(supervisor.run(launcher).stdout());
            // @end
        }
    }
}
