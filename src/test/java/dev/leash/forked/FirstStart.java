package dev.leash.forked;

import dev.leash.Command;
import dev.leash.Supervisor;

/** Starts one program, and says how it ended. */
public final class FirstStart {
    private FirstStart() {}

    public static void main(String[] args) throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            System.out.println(supervisor.run(Command.of("true")).status());
        }
    }
}
