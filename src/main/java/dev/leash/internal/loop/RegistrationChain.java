package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.SystemCallException;
import org.jspecify.annotations.Nullable;

/** All registrations of one run, usually two or three. For the thread that acts on the run. */
final class RegistrationChain {
    private @Nullable Registration first;

    void add(Registration made) {
        made.next = first;
        first = made;
    }

    void forget(Registration cancelled) {
        Registration last = null;
        for (Registration each = first; each != null; each = each.next) {
            if (!each.equals(cancelled)) {
                last = each;
            } else if (last == null) {
                first = each.next;
            } else {
                last.next = each.next;
            }
        }
    }

    /** Goes on in another poller. If that fails, some have moved and some have not. */
    void moveTo(Poller poller, CallState callersState) throws SystemCallException {
        for (Registration each = first; each != null; each = each.next) {
            each.moveTo(poller, callersState);
        }
    }
}
