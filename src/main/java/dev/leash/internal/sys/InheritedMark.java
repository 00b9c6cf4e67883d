package dev.leash.internal.sys;

import dev.leash.internal.bindings.rlimit;
import java.lang.foreign.Arena;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A number that each new child of this process inherits while it is set, so that another process can tell such a child
 * from all others: the soft limit RLIMIT_RSS, which has had no effect since Linux 2.4.30, see getrlimit(2), and which
 * /proc/PID/stat shows to everybody. It is close to the highest number, so that it misleads no program that asks for
 * its limits.
 *
 * <p>A limit is the whole process's. So what other code starts meanwhile inherits it, too.
 *
 * <p>For any thread.
 */
public final class InheritedMark {
    /** There is none: it is not wanted, the hard limit is lower, or the limits cannot be read. */
    public static final long NONE = -1;

    /**
     * Set to true, it makes starts bear a mark. It is not the default: a program that looks at its limits at once may see
     * the mark, as long as the thread that started it has not come to clear it.
     */
    private static final String WANTED = "leash.markedStarts";

    /** The one in use: a process has one such limit. */
    public static final InheritedMark OF_JVM = new InheritedMark(Boolean.getBoolean(WANTED));

    private static final int THIS_PROCESS = 0;
    private static final long LEAST = 1L << 61;

    private final AtomicInteger users = new AtomicInteger();
    private final long number;
    private final Struct marked = Struct.of(Arena.global(), rlimit.layout());
    private final Struct own = Struct.of(Arena.global(), rlimit.layout());

    InheritedMark(boolean wanted) {
        if (!wanted) {
            number = NONE;
            return;
        }
        int read = exchange(CallState.UNREAD, THIS_PROCESS, 0, own.address());
        long hard = own.getLong(rlimit.rlim_max$offset());
        if (Long.compareUnsigned(own.getLong(rlimit.rlim_cur$offset()), LEAST) >= 0) {
            own.setLong(rlimit.rlim_cur$offset(), hard); // none, or the mark of a JVM that has just started this one
        }
        long chosen = LEAST + ThreadLocalRandom.current().nextLong(LEAST);
        number = read < 0 || Long.compareUnsigned(hard, chosen) < 0 ? NONE : chosen;
        marked.setLong(rlimit.rlim_cur$offset(), chosen);
        marked.setLong(rlimit.rlim_max$offset(), hard);
    }

    /** From 2 to the power of 61 on, or {@link #NONE}. */
    public long number() {
        return number;
    }

    /** Sets it, until {@link #clear} has been called as often as this. Nothing happens if there is none. */
    public void set() {
        if (number != NONE) {
            users.incrementAndGet();
            int ignored = exchange(CallState.UNREAD, THIS_PROCESS, marked.address(), 0);
        }
    }

    /** Undoes one {@link #set}. */
    public void clear() {
        if (number != NONE && users.decrementAndGet() == 0) {
            int ignored = exchange(CallState.UNREAD, THIS_PROCESS, own.address(), 0);
            if (users.get() != 0) {
                // Another thread has set it between the two steps. For this moment it was not set.
                ignored = exchange(CallState.UNREAD, THIS_PROCESS, marked.address(), 0);
            }
        }
    }

    /**
     * Gives the child {@code pid}, which has not been reaped, the limit that it has without the mark. If it has set
     * another one meanwhile it keeps that.
     */
    public void clear(CallState state, int pid) {
        if (number == NONE) {
            return;
        }
        Struct old = state.scratch;
        int cleared = exchange(state, pid, own.address(), old.address());
        if (cleared == 0 && old.getLong(rlimit.rlim_cur$offset()) != number) {
            cleared = exchange(state, pid, old.address(), 0);
        }
    }

    private static int exchange(CallState state, int pid, long limit, long old) {
        return ProcessControls.exchangeLimit(state, pid, Resources.RSS, limit, old);
    }
}
