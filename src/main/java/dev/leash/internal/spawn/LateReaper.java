package dev.leash.internal.spawn;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Processes;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Reaps children that their run could not wait for, because they may not be killed or hang in the kernel, perhaps for
 * ever. One thread serves all of them, as long as there are any; it polls, and holds no descriptor. For any thread.
 */
public final class LateReaper {
    private static final long FIRST_PAUSE_NANOS = 1_000_000;
    private static final long LONGEST_PAUSE_NANOS = 500_000_000;

    // Guarded by the class.
    /** Of ints and made in advance: a child is also left here where the heap is full. */
    private static int[] pids = new int[256];

    private static int count;
    private static boolean working;
    private static volatile boolean startFailed;

    private LateReaper() {}

    /** Makes the thread reap {@code pid}, a child that nothing else reaps, when it exits. Returns at once. */
    public static synchronized void take(int pid) {
        if (count == pids.length) {
            pids = Arrays.copyOf(pids, 2 * count);
        }
        pids[count++] = pid;
        if (!working) {
            start();
        }
    }

    /** Tries again what found no memory. Costs nothing where nothing has failed. */
    public static void retry() {
        if (startFailed) {
            start();
        }
    }

    private static synchronized void start() {
        try {
            Thread ignored = Thread.ofPlatform().daemon().name("leash-reaper").start(LateReaper::work);
            working = true;
            startFailed = false;
        } catch (OutOfMemoryError e) {
            startFailed = true; // see retry; until then a zombie may be left
        }
    }

    private static void work() {
        while (true) {
            try {
                reapAll();
                return;
            } catch (OutOfMemoryError e) {
                Clock.pauseForMemory(); // no other thread reaps them
            }
        }
    }

    private static void reapAll() {
        try (CallState state = CallState.open()) {
            long pause = FIRST_PAUSE_NANOS;
            int before = 0;
            while (true) {
                int[] waiting = pidsOrEnd();
                if (waiting.length == 0) {
                    return;
                }
                pause = waiting.length > before ? FIRST_PAUSE_NANOS : Math.min(pause * 2, LONGEST_PAUSE_NANOS);
                for (int pid : waiting) {
                    // Any result but 0 is final: reaped, or ECHILD because something else in this JVM has reaped it.
                    if (Processes.reap(state, pid) != 0) {
                        remove(pid);
                    }
                }
                before = waiting.length;
                Thread.interrupted(); // otherwise parkNanos returns at once
                LockSupport.parkNanos(pause);
            }
        }
    }

    private static synchronized int[] pidsOrEnd() {
        int[] copy = Arrays.copyOf(pids, count);
        working = count > 0;
        return copy;
    }

    private static synchronized void remove(int pid) {
        for (int index = 0; index < count; index++) {
            if (pids[index] == pid) {
                pids[index] = pids[--count];
                return;
            }
        }
    }
}
