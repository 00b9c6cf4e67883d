package dev.leash.forked;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Supervisor;

/** Runs a program in a cgroup. */
public final class OwnCgroup {
    private OwnCgroup() {}

    public static void main(String[] args) throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            supervisor.run(Command.of("true").containment(Containment.CGROUP)).orThrow();
        }
        System.out.println("done");
    }
}
