package dev.leash;

import dev.leash.internal.events.Log;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/** Commands that are run beside a service. On a thread that may wait. */
final class Commands {
    private Commands() {}

    /** Runs it, at most for this time. A failure is logged, and then {@code failed} is done. */
    static void runQuietly(Supervisor supervisor, String service, Command command, long nanos, Runnable failed) {
        String trouble = null;
        try {
            long own = command.draft().timeoutNanos;
            Result result = supervisor.run(command.timeout(Duration.ofNanos(Math.max(1, Math.min(own, nanos)))));
            if (!result.succeeded()) {
                trouble = result.toString();
            }
        } catch (SpawnException | RejectedExecutionException e) {
            trouble = String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            trouble = "interrupted";
        }
        if (trouble != null) {
            Log.warning("service " + service + ": " + trouble);
            failed.run();
        }
    }
}
