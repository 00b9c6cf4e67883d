package dev.leash;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import java.io.IOException;
import java.net.SocketTimeoutException;
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

    /** Asks at this moment; perhaps a question that was given up, since a look-up of a name cannot be interrupted. */
    private @Nullable Thread asking;

    /** The number of the question that is waited for; those before it were given up. */
    private int question;

    /** The question cannot be asked before the thread that asks the one before is back. */
    private boolean waits;

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
        int number = ++question;
        // Not as soon as the time is over: after a standstill of the loop an answer may be there, unread.
        timeout = scope.scheduleAfter(probe.timeoutNanos(), () -> scope.whenCaughtUp(() -> timedOut(number, listener)));
        if (asking == null) {
            begin(number, listener);
        } else {
            waits = true;
        }
    }

    private void begin(int number, Listener listener) {
        asking = Thread.ofVirtual().name("leash-probe").start(() -> {
            String failure = failure();
            scope.execute(() -> answered(number, failure, listener));
        });
    }

    private void timedOut(int number, Listener listener) {
        if (ended || number != question || next != null) {
            return; // it was answered meanwhile
        }
        question++;
        if (!waits) {
            interrupt(); // once: a command is ended by its plan
        }
        waits = false;
        conclude(noAnswer(), listener);
    }

    /** Null if there is none. */
    private @Nullable String failure() {
        try {
            probe.check().ask(supervisor, probe.timeoutNanos());
            return Thread.interrupted() ? noAnswer() : null;
        } catch (InterruptedException | SocketTimeoutException e) {
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

    private void answered(int number, @Nullable String failure, Listener listener) {
        asking = null;
        if (ended) {
            return;
        }
        if (number == question) {
            cancel(timeout);
            conclude(failure, listener);
        } else if (waits) {
            waits = false;
            begin(question, listener);
        }
    }

    private void conclude(@Nullable String failure, Listener listener) {
        timeout = null;
        next = scope.scheduleAfter(intervalNanos, () -> ask(listener)); // first: the listener may end this
        listener.answered(failure == null, failure == null ? "" : failure);
    }
}
