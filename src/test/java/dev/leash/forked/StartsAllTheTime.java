package dev.leash.forked;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Supervisor;

/** Starts and kills programs until it is killed, after five of them says "ready": MARKER CONTAINMENT. */
public final class StartsAllTheTime {
    private StartsAllTheTime() {}

    public static void main(String[] args) throws Exception {
        Supervisor supervisor = Supervisor.builder().shutdownHook(false).create();
        // The shell exits before its child: what it leaves is of its group.
        Command command = Command.shell("sleep 600 & exit 0")
                .env("LEASH_TEST_MARKER", args[0])
                .containment(Containment.valueOf(args[1]));
        for (int round = 0; ; round++) {
            if (round == 5) {
                System.out.println("ready");
            }
            Child child = supervisor.start(command);
            child.kill();
            child.await();
        }
    }
}
