package dev.leash;

import dev.leash.internal.events.Log;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A command that asks the run of a service to end. When it has failed, or has taken too long, the run is stopped by its
 * plan. For the thread that acts on the service.
 */
final class StopRequest {
    private final LoopScope scope;
    private final Timer patience;

    /** Whether the plan has begun, or needs not: a second beginning would send its first signal once more. */
    private final AtomicBoolean settled = new AtomicBoolean();

    /** Runs the command of {@code service}, on a thread of its own. */
    StopRequest(Supervisor supervisor, LoopScope scope, Service service, Command command, Child running) {
        this.scope = scope;
        long nanos = service.draft().stopPatienceNanos;
        patience = scope.scheduleAfter(nanos, () -> stop(running));
        Thread ignored = Thread.ofVirtual().name("leash-stop-" + service.name()).start(() -> {
            String trouble = trouble(supervisor, command.within(Math.max(1, nanos)));
            if (trouble != null && !settled.get()) {
                Log.warning("service " + service.name() + ": " + trouble);
                stop(running);
            }
        });
    }

    private void stop(Child running) {
        if (settled.compareAndSet(false, true)) {
            running.stop();
        }
    }

    private static @Nullable String trouble(Supervisor supervisor, Command command) {
        try {
            Result result = supervisor.run(command);
            return result.succeeded() ? null : result.toString();
        } catch (SpawnException | RejectedExecutionException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }

    /** The run has ended. */
    void cancel() {
        settled.set(true);
        scope.cancel(patience);
    }
}
