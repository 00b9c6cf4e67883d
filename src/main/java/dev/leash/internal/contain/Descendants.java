package dev.leash.internal.contain;

import dev.leash.internal.proc.ThreadChildren;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Finds out whether programs have descendants outside their group. It reads /proc/PID/task/TID/children, which the
 * kernel answers from its own lists, so that it need not read all of /proc: some ten microseconds for each process. A
 * descendant whose parent has ended is not seen. The answer is a hint: it may be out of date at once. Fast enough for
 * the loop's thread.
 */
final class Descendants {
    /** The search stops here, because other deadlines may be due on the loop. */
    private static final int MOST_READS = 64;

    /** Some hundreds of children. */
    private static final int MOST_BYTES = 4096;

    private final CallState state;
    private final int group;
    private final Deque<Integer> toVisit = new ArrayDeque<>();
    private int reads;

    private Descendants(CallState state, int group) {
        this.state = state;
        this.group = group;
    }

    /**
     * Whether {@code programs}, children of this process that have not been reaped, have a descendant outside of
     * {@code group}, or too many for this search.
     *
     * @param threads asked last, so that what it sees is as new as can be
     */
    static boolean mayHaveLeft(CallState state, int[] programs, ProcessSet.Threads threads, int group) {
        if (!ThreadChildren.areListed()) {
            return true;
        }
        Descendants walk = new Descendants(state, group);
        for (int program : programs) {
            if (walk.isOneOutside(program, Integer.toString(program))) {
                return true;
            }
        }
        // To list a single thread would cost as much as to read its children.
        for (int program : programs) {
            if (threads.of(program) != 1) {
                walk.toVisit.add(program);
            }
        }
        return walk.findsOneOutside();
    }

    private boolean findsOneOutside() {
        while (!toVisit.isEmpty()) {
            int pid = toVisit.remove();
            // The kernel keeps the list of children by the thread that has started them.
            String[] threads = new File("/proc/" + pid + "/task").list();
            if (threads == null && isThere(pid)) {
                return true;
            }
            for (String thread : threads == null ? new String[0] : threads) {
                if (++reads > MOST_READS || isOneOutside(pid, thread)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a process whose file could not be read exists all the same, as when descriptors are short. */
    private boolean isThere(int pid) {
        return Processes.groupOf(state, pid) > 0;
    }

    private boolean isOneOutside(int parent, String thread) {
        String list = "/proc/" + parent + "/task/" + thread + "/children";
        byte[] children = Descriptors.readSmall(state, list.getBytes(StandardCharsets.US_ASCII), MOST_BYTES);
        if (children == null) {
            return isThere(parent);
        }
        if (children.length == MOST_BYTES) {
            return true; // there may be more
        }
        for (int pid : ThreadChildren.parse(children)) {
            int of = Processes.groupOf(state, pid);
            if (of > 0 && of != group) {
                return true;
            }
            toVisit.add(pid);
        }
        return false;
    }
}
