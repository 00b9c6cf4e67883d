package dev.leash.internal.run;

import dev.leash.Cause;
import dev.leash.internal.contain.Members;
import dev.leash.internal.events.Log;
import dev.leash.internal.events.Recorder;
import dev.leash.internal.events.RunEvent;
import dev.leash.internal.sys.WaitStatus;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reports the end of a run to the engine, the recording of events, the log, and all waiters. */
final class Conclusion {
    final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private final Run run;
    private final Consumer<Run> done;
    private final @Nullable RunEvent event = Recorder.run();
    private boolean timedOut;

    /** @param done told before the waiters */
    Conclusion(Run run, Consumer<Run> done) {
        this.run = run;
        this.done = done;
    }

    /** Whether the deadline ended the run. */
    boolean timedOut() {
        return timedOut;
    }

    /** Whatever the event or the log throws, the run is over and its end is reported. */
    void tell(@Nullable Ending result, @Nullable Throwable thrown, long outputBytes) {
        timedOut = result != null && result.cause() == Cause.TIMED_OUT;
        try {
            if (event != null) {
                record(event, result, thrown, outputBytes);
            }
            if (result != null && !result.leftAlive().isEmpty()) {
                Log.warning("of the run of process " + run.pid() + " these could not be ended, and are alive: "
                        + Members.text(result.leftAlive(), result.refusal()));
            }
        } finally {
            done.accept(run);
            if (thrown != null) {
                ending.completeExceptionally(thrown);
            } else {
                ending.complete(result);
            }
        }
    }

    private void record(RunEvent into, @Nullable Ending result, @Nullable Throwable thrown, long outputBytes) {
        if (result != null) {
            WaitStatus exit = result.exit();
            into.ended(
                    result.cause().name(),
                    exit.signaled() ? -1 : exit.code(),
                    exit.signal(),
                    result.wallNanos(),
                    exit.userNanos() + exit.systemNanos());
            into.left(
                    result.outputComplete(),
                    result.killed().size(),
                    result.leftAlive().size());
            into.reached(result.limits().kinds(), result.limits().oomKills());
        }
        into.commit(run.number(), run.pid(), outputBytes, result == null ? thrown : result.failure());
    }
}
