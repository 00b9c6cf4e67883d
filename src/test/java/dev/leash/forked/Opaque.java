package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Command;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.OwnProcess;

/** A JVM that other processes of its user may not look into, as one whose program file has capabilities, runs with settings. */
public final class Opaque {
    private Opaque() {}

    public static void main(String[] args) throws Exception {
        try (CallState state = CallState.open()) {
            check(OwnProcess.maySeeInto(state), "it could be looked into");
            check(OwnProcess.disableCoreDumps(state), "prctl");
            check(!OwnProcess.maySeeInto(state), "it can be looked into");
        }
        try (Supervisor supervisor = Supervisor.create()) {
            for (int round = 0; round < 20; round++) {
                String niceness =
                        supervisor.run(Command.of("nice").nice(7)).stdout().strip();
                check(niceness.equals("7"), niceness);
                String piped = supervisor
                        .run(Command.of("nice").nice(5).pipeTo(Command.of("cat")))
                        .stdout()
                        .strip();
                check(piped.equals("5"), piped);
            }
            try {
                supervisor.run(Command.of("/no/such/program").nice(7));
                check(false, "there is none");
            } catch (SpawnException e) {
                check(e.kind() == SpawnException.Kind.NOT_FOUND, e.toString());
            }
        }
        System.out.println("done");
    }
}
