package dev.leash.internal.sys;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which children this process has started itself: the kernel does not distinguish them from adopted ones. Nothing is
 * recorded before {@link #record}, which the command calls if it is init. A child may end before posix_spawn(3)
 * returns its pid, so a start is recorded before its child exists. For any thread.
 */
public final class OwnChildren {
    private static final AtomicLong STARTS = new AtomicLong();

    /** The numbers of these starts. */
    private static final Set<Long> IN_PROGRESS = ConcurrentHashMap.newKeySet();

    /** The start of each child, by pid. */
    private static final Map<Integer, Long> PIDS = new ConcurrentHashMap<>();

    private static volatile boolean recording;

    private OwnChildren() {}

    /** Begins to record. To be called before the first child is started. */
    public static void record() {
        recording = true;
    }

    /** Records a start before its child is made, and returns its number; 0 if nothing is recorded. */
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
        IN_PROGRESS.remove(start); // last: after an error above, no thread reaps what may be this child
    }

    /** The number of the last start that has begun. */
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

    /** Whether this process has started {@code pid} and is not known to have reaped it. */
    public static boolean contains(int pid) {
        return PIDS.containsKey(pid);
    }

    /** Forgets children that have been reaped. Only this forgets them. */
    public static void forgetReaped(CallState state) {
        PIDS.forEach((pid, start) -> {
            if (Processes.kill(state, pid, 0) == -Errno.ESRCH) {
                // Unless another child has got the same pid meanwhile.
                boolean ignored = PIDS.remove(pid, start);
            }
        });
    }
}
