package dev.leash.forked;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Supervisor;
import dev.leash.support.ProcScan;

/** Pauses a run, says "paused", and is killed then: MARKER CONTAINMENT. */
public final class Paused {
    private Paused() {}

    public static void main(String[] args) throws Exception {
        Supervisor supervisor = Supervisor.builder().shutdownHook(false).create();
        Child child = supervisor.start(Command.shell("sleep 600 & sleep 600; :")
                .containment(Containment.valueOf(args[1]))
                .env(ProcScan.MARKER_VARIABLE, args[0]));
        if (child.pause()) {
            System.out.println("paused");
        }
        Thread.sleep(60_000);
    }
}
