package dev.leash.internal.loop;

import org.jspecify.annotations.Nullable;

/**
 * A few things of one run, linked by themselves, so that a run makes no list for its two or three. For the thread that
 * acts on the run.
 */
final class Chain<L extends Chain.Link<L>> {
    /** What is linked, in one chain at most. */
    abstract static class Link<L> {
        @Nullable
        L next;
    }

    private @Nullable L first;

    /** The one that was added last; null if there is none. */
    @Nullable
    L first() {
        return first;
    }

    void add(L added) {
        added.next = first;
        first = added;
    }

    /** Without effect if it is not in this chain. */
    void remove(L removed) {
        L last = null;
        for (L each = first; each != null; each = each.next) {
            if (!each.equals(removed)) {
                last = each;
            } else if (last == null) {
                first = each.next;
            } else {
                last.next = each.next;
            }
        }
    }
}
