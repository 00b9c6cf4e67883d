package dev.leash.internal.sys;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which children this process has started itself: the kernel does not tell them from adopted ones. Nothing is kept before
 * {@link #record}, which the command calls where it is init. A child may end before posix_spawn(3) has told its number, so a
 * start is counted before there is a child. For any thread.
 */
public final class OwnChildren {
    private static final AtomicLong STARTS = new AtomicLong();

    /** By their numbers. */
    private static final Set<Long> IN_PROGRESS = ConcurrentHashMap.newKeySet();

    /** The start of each. */
    private static final Map<Integer, Long> PIDS = new ConcurrentHashMap<>();

    private static volatile boolean recording;

    private OwnChildren() {}

    /** From now on they are known. Before the first is started. */
    public static void record() {
        recording = true;
    }

    /** Before a child is made; 0 if nothing is recorded. */
    static long startBegins() {
        if (!recording) {
            return 0;
        }
        long start = STARTS.incrementAndGet();
        IN_PROGRESS.add(start);
        return start;
    }

    /** @param pid of the child; 0 if there is none */
    static void startEnds(long start, int pid) {
        if (start == 0) {
            return;
        }
        if (pid > 0) {
            PIDS.put(pid, start);
        }
        IN_PROGRESS.remove(start); // last: if an error has come between, nobody reaps what may be this child
    }

    /** The last start that has begun. */
    public static long lastStart() {
        return STARTS.get();
    }

    /** Whether each start up to {@code last} has ended, so that its child is known. */
    public static boolean allKnown(long last) {
        for (long start : IN_PROGRESS) {
            if (start <= last) {
                return false;
            }
        }
        return true;
    }

    /** Whether it has started {@code pid}, and has not been seen to have reaped it. */
    public static boolean contains(int pid) {
        return PIDS.containsKey(pid);
    }

    /** Forgets those that have been reaped. Between two calls of this none is forgotten. */
    public static void forgetReaped(CallState state) {
        PIDS.forEach((pid, start) -> {
            if (Processes.kill(state, pid, 0) == -Errno.ESRCH) {
                // Unless another child has got the number in this moment.
                boolean ignored = PIDS.remove(pid, start);
            }
        });
    }
}
