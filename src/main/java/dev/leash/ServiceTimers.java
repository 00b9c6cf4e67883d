package dev.leash;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.service.Event.Timing;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/** The times that the table of a service waits for. For the thread that acts. */
final class ServiceTimers {
    private final LoopScope scope;
    private final Consumer<Timing> due;
    private final Map<Timing, Timer> timers = new EnumMap<>(Timing.class);

    /** @param due told on the thread that acts */
    ServiceTimers(LoopScope scope, Consumer<Timing> due) {
        this.scope = scope;
        this.due = due;
    }

    void arm(Timing timing, long dueNanos) {
        disarm(timing);
        timers.put(timing, scope.schedule(dueNanos, () -> {
            Timer armed = timers.get(timing);
            // What has come in time, and was not read yet, counts: this process may have stood still.
            scope.whenCaughtUp(() -> {
                if (armed != null && timers.remove(timing, armed)) {
                    due.accept(timing);
                }
            });
        }));
    }

    void disarm(Timing timing) {
        Timer armed = timers.remove(timing);
        if (armed != null) {
            scope.cancel(armed);
        }
    }
}
