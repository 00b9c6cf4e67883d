package dev.leash.forked;

import dev.leash.Supervisor;
import dev.leash.support.Patience;
import dev.leash.support.ProcScan;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What a forked JVM asserts with: JUnit and what that needs are not in it. */
final class Check {
    private static final Duration PATIENCE = Patience.seconds(15);
    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(20);

    private Check() {}

    /** Whether {@code condition} holds within {@code patience}: JUnit and what it needs are not in a forked JVM. */
    static boolean within(Duration patience, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(5);
        }
        return true;
    }

    static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    /** The last that a program of this package does: no sleep(1) is left, and none that has died is left unreaped. */
    static void closeLeavesNothing(Supervisor supervisor) throws InterruptedException {
        check(
                within(PATIENCE, () -> ProcScan.children().stream()
                        .noneMatch(info -> info.name().equals("sleep"))),
                "children: " + ProcScan.children());
        long before = System.nanoTime();
        supervisor.close();
        check(System.nanoTime() - before < CLOSE_AT_MOST.toNanos(), "close() took too long");
        check(ProcScan.children().isEmpty(), "children: " + ProcScan.children());
        System.out.println("done");
    }
}
