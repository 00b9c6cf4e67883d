package dev.leash.internal.run;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import org.jspecify.annotations.Nullable;

/** The one timer of a run's table. For the thread that acts on the run. */
final class RunTimer {
    private final Run run;
    private final LoopScope loop;
    private @Nullable Timer timer;

    /**
     * Grows with each timer that is set or cancelled. A timer that is due waits until the loop has caught up, and is
     * dropped if this has changed since.
     */
    private long count;

    RunTimer(Run run, LoopScope loop) {
        this.run = run;
        this.loop = loop;
    }

    void set(long dueNanos, Event event) {
        cancel();
        timer = loop.scheduleAnywhere(dueNanos, new Due(++count, event));
    }

    void cancel() {
        count++;
        if (timer != null) {
            loop.cancel(timer);
            timer = null;
        }
    }

    /** No lambda: to link one takes a millisecond, and the first stop of a JVM is not to be late. */
    private final class Due implements Runnable {
        private final long number;
        private final Event event;
        private boolean caughtUp;

        Due(long number, Event event) {
            this.number = number;
            this.event = event;
        }

        @Override
        public void run() {
            if (number != count) {
                return;
            }
            if (event.isVerdict() && !caughtUp) {
                caughtUp = true;
                loop.whenCaughtUp(this);
            } else if (loop.isHome()) {
                run.events().handle(event);
            } else if (!run.events().handleAway(event)) {
                loop.execute(this); // not only the event: it is forgotten if the timer is cancelled before
            }
        }
    }
}
