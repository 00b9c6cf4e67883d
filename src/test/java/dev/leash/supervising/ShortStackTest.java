package dev.leash.supervising;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.support.RunsCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked for near the end of a thread's stack is done, or has not begun; and it harms no other run. */
@Timeout(120)
class ShortStackTest extends RunsCommands {
    private static final long STACK_BYTES = 200_000;

    /** How many frames above the end the call is made, in each of them once. */
    private static final int FRAMES = 150;

    private interface Call {
        void on(Child child) throws Exception;
    }

    /** Calls in each of the last frames of a stack. */
    private static final class Descent implements Runnable {
        private final Child child;
        private final Call call;
        private int left = FRAMES;

        Descent(Child child, Call call) {
            this.child = child;
            this.call = call;
        }

        @Override
        public void run() {
            if (left == 0) {
                return;
            }
            try {
                run();
            } catch (StackOverflowError e) {
                // So deep it is, or it was the call that has failed further below.
            }
            if (left > 0) {
                left--;
                try {
                    call.on(child);
                } catch (StackOverflowError | Exception e) {
                    Thread.onSpinWait(); // either is an answer
                }
            }
        }
    }

    private static void near(Child child, Call call) throws InterruptedException {
        Thread thread = new Thread(null, new Descent(child, call), "short", STACK_BYTES);
        thread.start();
        thread.join(30_000);
        assertTrue(!thread.isAlive(), "it hangs");
    }

    private void assertAllCanBeEnded(Call call) throws Exception {
        for (int round = 0; round < 20; round++) {
            Child child = start(Command.of("sleep", "60"));
            near(child, call);
            child.kill();
            assertEquals(
                    Cause.CANCELLED, child.result().get(30, TimeUnit.SECONDS).cause());
        }
        // The loop still hears of what other threads want.
        Child next = start(Command.of("sleep", "60"));
        assertNotNull(CompletableFuture.supplyAsync(next::toHandle).get(30, TimeUnit.SECONDS));
        next.kill();
        assertEquals(Cause.CANCELLED, next.await().cause());
    }

    @Test
    void waitNearTheEndOfTheStackLosesNoRun() throws Exception {
        assertAllCanBeEnded(child -> {
            Thread.currentThread().interrupt();
            child.await();
        });
    }

    @Test
    void requestsNearTheEndOfTheStackLeaveTheLoopAwake() throws Exception {
        assertAllCanBeEnded(Child::toHandle);
        assertAllCanBeEnded(Child::kill);
        assertAllCanBeEnded(Child::stop);
    }
}
