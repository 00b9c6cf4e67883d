package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Result;
import dev.leash.Supervisor;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.ProcessControls;
import dev.leash.internal.sys.Resources;
import dev.leash.support.Patience;

/** A JVM that has a limit of file locks of its own, and with it all it starts: LIMIT. */
public final class LockLimited {
    private LockLimited() {}

    public static void main(String[] args) throws Exception {
        long limit = Long.parseUnsignedLong(args[0]);
        try (CallState state = CallState.open()) {
            check(ProcessControls.setLimit(state, 0, Resources.LOCKS, limit, limit) == 0, "the limit is refused");
        }
        Command sleeper = Command.of("sleep", "600").containment(Containment.TREE);
        try (Supervisor supervisor = Supervisor.create()) {
            Child killed = supervisor.start(sleeper);
            long tick = Clock.bootTicks();
            check(Check.within(Patience.seconds(10), () -> Clock.bootTicks() > tick + 1), "time goes on");
            // Both are younger than the run: what is older is no member anyway.
            Process stranger = new ProcessBuilder("sleep", "600").start();
            Child other = supervisor.start(sleeper);
            try {
                killed.kill();
                Result result = killed.await();
                check(!result.searchFailed() && result.stragglersKilled() == 0, result.toString());
                Thread.sleep(100); // what has got a signal dies by it
                check(stranger.isAlive(), "the stranger was hit");
                check(other.isRunning(), "the other run was hit");
            } finally {
                stranger.destroyForcibly().waitFor();
                other.kill();
                other.await();
            }
        }
        System.out.println("done");
    }
}
