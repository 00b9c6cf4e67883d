package dev.leash;

import dev.leash.internal.events.Log;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A command that asks the run of a service to end. When it has failed, or has taken too long, the run is stopped by its
 * plan. It may go on when the run is over, until its time is. For the thread that acts on the service.
 */
final class StopRequest {
    private final Supervisor supervisor;
    private final LoopScope scope;
    private final String service;
    private final Child running;
    private final Timer patience;

    /** Whether the plan has begun, or needs not: a second beginning would send its first signal once more. */
    private boolean settled;

    private @Nullable Child asking;
    private boolean isOver;
    private @Nullable Runnable whenOver;

    /** Read by a start that waits. */
    private volatile boolean killed;

    /** Runs the command of {@code service}; it is started on a thread of its own. */
    StopRequest(Supervisor supervisor, LoopScope scope, Service service, Command command, Child running) {
        this.supervisor = supervisor;
        this.scope = scope;
        this.service = service.name();
        this.running = running;
        long nanos = service.draft().stopPatienceNanos;
        patience = scope.scheduleAfter(nanos, this::stop);
        Command inTime = command.within(Math.max(1, nanos));
        supervisor.services().starts().execute(scope, () -> start(inTime));
    }

    private void start(Command command) {
        Child started;
        try {
            started = supervisor.startBy(() -> killed, command);
        } catch (Throwable thrown) {
            scope.execute(() -> over(thrown instanceof SpawnException ? thrown.getMessage() : thrown.toString()));
            return;
        }
        scope.execute(() -> started(started));
        CompletableFuture<Result> ignored =
                started.result().whenComplete((result, thrown) -> scope.execute(() -> over(trouble(result, thrown))));
    }

    private void started(Child started) {
        asking = started;
        if (killed) {
            started.kill();
        }
    }

    private static @Nullable String trouble(@Nullable Result result, @Nullable Throwable thrown) {
        if (result == null) {
            return String.valueOf(thrown);
        }
        return result.succeeded() ? null : result.toString();
    }

    private void over(@Nullable String trouble) {
        isOver = true;
        if (trouble != null && !settled) {
            Log.warning("service " + service + ": " + trouble);
            stop();
        }
        Runnable waiting = whenOver;
        if (waiting != null) {
            waiting.run();
        }
    }

    private void stop() {
        if (!settled) {
            settled = true;
            running.stop();
        }
    }

    /** The run has ended. Calls {@code next} when the command has, too; at once if it has. */
    void runEnded(Runnable next) {
        settled = true;
        scope.cancel(patience);
        if (isOver) {
            next.run();
        } else {
            whenOver = next;
        }
    }

    /** Ends the command, at once. */
    void kill() {
        killed = true;
        Child known = asking;
        if (known != null) {
            known.kill();
        }
    }
}
