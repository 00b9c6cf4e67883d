package dev.leash.support;

import java.time.Duration;
import org.opentest4j.AssertionFailedError;

/** Waits for a condition, not for time to pass. */
public final class Eventually {
    /** What passes for never: far more than anything here takes on a busy machine. */
    public static final Duration PATIENCE = Patience.seconds(20);

    private static final long LONGEST_PAUSE_MILLIS = 20;

    private Eventually() {}

    /** Something that becomes true. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** Returns as soon as {@code condition} holds; fails after {@link #PATIENCE}, saying {@code what} did not happen. */
    public static void eventually(String what, Condition condition) {
        if (!within(PATIENCE, condition)) {
            throw new AssertionFailedError("not within " + PATIENCE.toSeconds() + " s: " + what);
        }
    }

    /** Whether {@code condition} holds within {@code patience}. Returns as soon as it does. */
    public static boolean within(Duration patience, Condition condition) {
        long end = System.nanoTime() + patience.toNanos();
        long pause = 1;
        while (true) {
            boolean last = System.nanoTime() - end >= 0;
            try {
                if (condition.holds()) {
                    return true;
                }
                if (last) {
                    return false;
                }
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionFailedError("interrupted while waiting", e);
            } catch (Exception e) {
                throw new AssertionFailedError("the condition cannot be told: " + e, e);
            }
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        }
    }
}
