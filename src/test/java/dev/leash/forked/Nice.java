package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Command;
import dev.leash.Supervisor;

/** Runs something that has to wait until it has its setting. */
public final class Nice {
    private Nice() {}

    public static void main(String[] args) throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            String niceness =
                    supervisor.run(Command.of("nice").nice(7)).stdout().strip();
            check(niceness.equals("7"), niceness);
        }
        System.out.println("done");
    }
}
