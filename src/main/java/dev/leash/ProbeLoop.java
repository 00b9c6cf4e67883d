package dev.leash;

import dev.leash.internal.events.Log;
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
    private final boolean countsUnasked;

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

    /**
     * Asks nothing yet.
     *
     * @param usualNanos the interval if the probe has none
     * @param countsUnasked whether a question that could not be asked is an answer that says no
     */
    ProbeLoop(Supervisor supervisor, LoopScope scope, Probe probe, long usualNanos, boolean countsUnasked) {
        this.countsUnasked = countsUnasked;
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
        // A virtual thread would keep its carrier while the start of a program stands still, see StartThreads.
        Thread.Builder threads =
                probe.check() instanceof Checks.Program ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
        asking = threads.name("leash-probe").start(() -> {
            Answer answer = answer();
            scope.execute(() -> answered(number, answer, listener));
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
        conclude(new Answer(noAnswer(), false), listener);
    }

    /**
     * What has come of a question.
     *
     * @param failure null if there is none
     * @param unasked whether it could not be asked, by no fault of the service
     */
    private record Answer(@Nullable String failure, boolean unasked) {}

    private Answer answer() {
        try {
            probe.check().ask(supervisor, probe.timeoutNanos());
            return new Answer(Thread.interrupted() ? noAnswer() : null, false);
        } catch (InterruptedException | SocketTimeoutException e) {
            return new Answer(noAnswer(), false);
        } catch (IOException e) {
            return new Answer(Thread.interrupted() ? noAnswer() : probe + ": " + e.getMessage(), isShortage(e));
        } catch (Throwable thrown) {
            return new Answer(probe + ": " + thrown, thrown instanceof Error);
        }
    }

    /** Of descriptors, processes or memory of this JVM: that says nothing of who is asked. */
    private static boolean isShortage(IOException e) {
        return e instanceof SpawnException refused
                ? refused.kind() == SpawnException.Kind.LIMIT
                : String.valueOf(e.getMessage()).contains("Too many open files");
    }

    private String noAnswer() {
        return probe + ": no answer within " + Durations.text(probe.timeoutNanos());
    }

    private void answered(int number, Answer answer, Listener listener) {
        asking = null;
        if (ended) {
            return;
        }
        if (number == question) {
            cancel(timeout);
            conclude(answer, listener);
        } else if (waits) {
            waits = false;
            begin(question, listener);
        }
    }

    private void conclude(Answer answer, Listener listener) {
        timeout = null;
        next = scope.scheduleAfter(intervalNanos, () -> ask(listener)); // first: the listener may end this
        String failure = answer.failure();
        if (answer.unasked() && !countsUnasked) {
            Log.warning("a probe was not asked, and does not count: " + failure);
            return;
        }
        listener.answered(failure == null, failure == null ? "" : failure);
    }
}
