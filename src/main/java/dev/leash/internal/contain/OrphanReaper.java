package dev.leash.internal.contain;

import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.OwnChildren;
import dev.leash.internal.sys.Processes;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Does the reaping of an init process where this process is one, as in a container: processes whose parents have
 * ended become its children, and nothing else reaps them. It leaves what this process has started to the code that
 * wants the exit status. Only for the command, which owns its process: a child of other code would be taken for an
 * orphan. Runs on a thread of its own, because it reads all of /proc.
 */
public final class OrphanReaper {
    private static final int INIT = 1;
    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    /** If hundreds end at once, one pass through /proc serves many. */
    private static final long PAUSE_NANOS = 5_000_000;

    /** When to look again for children that could not be judged yet, or whose starter has not reaped them yet. */
    private static final long SOON_MILLIS = 100;

    private static final long START_PATIENCE_NANOS = 1_000_000_000;
    private static final long START_PAUSE_NANOS = 500_000;

    /** Each takes a descriptor for a short time. */
    private static final int AT_A_TIME = 16;

    private final CallState state = CallState.create();
    private final Semaphore changes = new Semaphore(1);

    /** Whether this process is the init of its pid namespace. */
    public static boolean isNeeded() {
        return OWN_PID == INIT;
    }

    /**
     * Begins to reap, starting with the zombies there are. {@link OwnChildren#record} must have been called before
     * any child was started.
     */
    public void start() {
        Thread ignored = Thread.ofPlatform().daemon().name("leash-init").start(this::work);
    }

    /** A child has ended. Called at each SIGCHLD, of which one may stand for many. From any thread. */
    public void childChanged() {
        changes.release();
    }

    private void work() {
        boolean again = false;
        while (true) {
            await(again);
            changes.drainPermits();
            try {
                again = look();
            } catch (IOException e) {
                again = true; // for lack of a descriptor
            }
            Clock.sleep(PAUSE_NANOS);
        }
    }

    private void await(boolean again) {
        try {
            if (again) {
                boolean ignored = changes.tryAcquire(SOON_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                changes.acquire();
            }
        } catch (InterruptedException e) {
            // No code interrupts this thread, and an extra look does no harm.
        }
    }

    /** Returns whether there is reason to look again soon. */
    private boolean look() throws IOException {
        OwnChildren.forgetReaped(state);
        List<ProcessEntry> zombies = ProcessTable.fresh().entries().stream()
                .filter(process -> process.parent() == OWN_PID && !process.alive())
                .toList();
        Map<Integer, Integer> orphans = new LinkedHashMap<>();
        for (ProcessEntry zombie : zombies) {
            if (orphans.size() < AT_A_TIME && !OwnChildren.contains(zombie.pid())) {
                int pidfd = Processes.openPidfd(state, zombie.pid());
                if (pidfd >= 0) {
                    orphans.put(zombie.pid(), pidfd);
                }
            }
        }
        int reaped = reap(orphans);
        return reaped < zombies.size();
    }

    /**
     * Reaps those that are orphans. This can be known only now: the child of a start in progress is visible before
     * its pid is recorded. Meanwhile a pidfd holds each, so that it is not confused with another process that gets
     * the same pid.
     */
    private int reap(Map<Integer, Integer> pidfds) {
        int reaped = 0;
        boolean known = pidfds.isEmpty() || startsEnd(OwnChildren.lastStart());
        for (Map.Entry<Integer, Integer> each : pidfds.entrySet()) {
            if (known && !OwnChildren.contains(each.getKey()) && Processes.reapByPidfd(state, each.getValue())) {
                reaped++;
            }
            Descriptors.close(state, each.getValue());
        }
        return reaped;
    }

    /** Waits until the starts that have begun by now have ended. */
    private static boolean startsEnd(long last) {
        long until = Clock.monotonicNanos() + START_PATIENCE_NANOS;
        while (!OwnChildren.allKnown(last)) {
            if (Clock.monotonicNanos() > until) {
                return false;
            }
            Clock.sleep(START_PAUSE_NANOS);
        }
        return true;
    }
}
