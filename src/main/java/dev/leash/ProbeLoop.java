package dev.leash;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks a probe's question again and again, on a virtual thread each time. For the thread that acts on its service. */
final class ProbeLoop {
    static final long UNTIL_READY_NANOS = Duration.ofMillis(100).toNanos();
    static final long HEALTH_NANOS = Duration.ofSeconds(10).toNanos();

    private final Supervisor supervisor;
    private final LoopScope scope;
    private final Probe probe;
    private final long intervalNanos;

    private boolean ended;
    private @Nullable Timer next;
    private @Nullable Timer timeout;
    private @Nullable Thread asking;

    /** Gets the answers, on the thread that acts. */
    interface Listener {
        void answered(boolean healthy, String answer);
    }

    /** @param usualNanos the interval if the probe has none */
    ProbeLoop(Supervisor supervisor, LoopScope scope, Probe probe, long usualNanos) {
        this.supervisor = supervisor;
        this.scope = scope;
        this.probe = probe;
        this.intervalNanos = probe.intervalNanos(usualNanos);
    }

    long intervalNanos() {
        return intervalNanos;
    }

    /** Asks for the first time so much later. */
    void begin(long delayNanos, Listener listener) {
        next = scope.scheduleAfter(delayNanos, () -> ask(listener));
    }

    /** Asks no more; what is being asked is interrupted, and its answer is dropped. */
    void end() {
        ended = true;
        cancel(next);
        cancel(timeout);
        interrupt();
    }

    private void cancel(@Nullable Timer timer) {
        if (timer != null) {
            scope.cancel(timer);
        }
    }

    private void interrupt() {
        Thread thread = asking;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void ask(Listener listener) {
        next = null;
        timeout = scope.scheduleAfter(probe.timeoutNanos(), this::interrupt);
        asking = Thread.ofVirtual().name("leash-probe").start(() -> {
            String failure = failure();
            scope.execute(() -> answered(failure, listener));
        });
    }

    /** Null if there is none. */
    private @Nullable String failure() {
        try {
            probe.check().ask(supervisor, probe.timeoutNanos());
            return Thread.interrupted() ? noAnswer() : null;
        } catch (InterruptedException e) {
            return noAnswer();
        } catch (IOException e) {
            return Thread.interrupted() ? noAnswer() : probe + ": " + e.getMessage();
        } catch (Throwable thrown) {
            return probe + ": " + thrown;
        }
    }

    private String noAnswer() {
        return probe + ": no answer within " + Durations.text(probe.timeoutNanos());
    }

    private void answered(@Nullable String failure, Listener listener) {
        asking = null;
        cancel(timeout);
        timeout = null;
        if (ended) {
            return;
        }
        next = scope.scheduleAfter(intervalNanos, () -> ask(listener)); // first: the listener may end this
        listener.answered(failure == null, failure == null ? "" : failure);
    }
}
