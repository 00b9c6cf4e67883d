package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.OwnProcess;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.WaitBuffer;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * What init has to do, and this process in its place where it is the first one of a container: processes whose parents have
 * gone become its children, and when they end nobody else reaps them. On a thread of its own, since it looks through /proc.
 */
public final class OrphanReaper {
    private static final int INIT = 1;
    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    private final int leaderPid;
    private final int ownGroup = OwnProcess.group();
    private final CallState state = CallState.create();
    private final WaitBuffer waits = new WaitBuffer();
    private final Semaphore changes = new Semaphore(1);

    /** @param leaderPid the program of the run, which is left to those who want its exit status */
    public OrphanReaper(int leaderPid) {
        this.leaderPid = leaderPid;
    }

    /** Whether this process is init, in its pid namespace. */
    public static boolean isNeeded() {
        return OWN_PID == INIT;
    }

    /** Begins to reap, at once what waits already. */
    public void start() {
        Thread ignored = Thread.ofPlatform().daemon().name("leash-init").start(this::work);
    }

    /** A child has ended: on each SIGCHLD, of which one may stand for many. From any thread. */
    public void childChanged() {
        changes.release();
    }

    private void work() {
        while (true) {
            changes.acquireUninterruptibly();
            changes.drainPermits();
            try {
                for (ProcessEntry process : ProcessTable.fresh().entries()) {
                    if (isOrphan(process)) {
                        // It may have been reaped by now, or is no zombie yet: the next look is as good.
                        int ignored = Processes.reap(state, process.pid(), waits);
                    }
                }
            } catch (IOException e) {
                // The next one to end brings the next try.
            }
        }
    }

    /** Those in the group of this process are not adopted: it has started them itself. */
    private boolean isOrphan(ProcessEntry process) {
        return process.parent() == OWN_PID
                && !process.alive()
                && process.pid() != leaderPid
                && process.group() != ownGroup;
    }
}
