package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import org.jspecify.annotations.Nullable;

/** The timers of one run that have not fired, usually one or two. For the thread that acts on the run. */
final class TimerChain {
    private @Nullable Timer first;

    void add(Timer made) {
        made.next = first;
        first = made;
    }

    void forget(Timer over) {
        Timer last = null;
        for (Timer each = first; each != null; each = each.next) {
            if (!each.equals(over)) {
                last = each;
            } else if (last == null) {
                first = each.next;
            } else {
                last.next = each.next;
            }
        }
    }

    /** Moves those that {@code from} has, the loop of the calling thread, which may never turn again. */
    void move(EventLoop from, EventLoop to, CallState callersState) {
        for (Timer each = first; each != null; each = each.next) {
            if (from.equals(each.loop())) {
                from.giveUp(each);
                Timer ignored = to.schedule(callersState, each);
            }
        }
    }
}
