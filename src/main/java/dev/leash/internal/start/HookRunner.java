package dev.leash.internal.start;

import dev.leash.internal.contain.PreExecHook;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the children that one thread starts while they wait at an {@link ExecFifo}, runs the hook on them, and lets
 * them pass. The thread itself cannot: it sleeps until the program is executed, as after vfork(2), and does not know
 * the child's pid yet. But until then the child has the name of its thread, which therefore must be unique.
 *
 * <p>That thread may start one child after the other: the programs of a pipeline, or several candidates for one. None
 * may come while the fifo is open for the one before it, so each is announced by {@link #expectAnother}.
 */
public final class HookRunner {
    private static final long PAUSE_NANOS = 200_000;
    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    private final ExecFifo fifo;
    private final PreExecHook hook;
    private final String threadName;
    /** While it is held, no other child can come. */
    private final ReentrantLock passage = new ReentrantLock();

    /** For the thread that does the work. */
    private final CallState state = CallState.create();

    private int served;
    private @Nullable IOException failure;

    /** @param threadName at most 15 characters, and unique among the threads */
    public HookRunner(ExecFifo fifo, PreExecHook hook, String threadName) {
        this.fifo = fifo;
        this.hook = hook;
        this.threadName = threadName;
    }

    /** The starting thread is about to make a child: waits until the fifo is closed. For that thread. */
    public void expectAnother() {
        passage.lock();
        try {
            served = 0; // the new child may get the pid of the old one
        } finally {
            passage.unlock();
        }
    }

    /** Works until {@code done}. Returns the exception of the hook, in which case no program has been started. */
    public @Nullable IOException work(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            try {
                int waiting = find();
                while (waiting > 0 && !done.getAsBoolean() && serve(waiting)) {
                    Clock.sleep(PAUSE_NANOS);
                }
            } catch (IOException e) {
                refuse(e);
            }
            Clock.sleep(PAUSE_NANOS);
        }
        return failure;
    }

    private int find() throws IOException {
        for (ProcessEntry process : ProcessTable.fresh().entries()) {
            if (isOurs(process)) {
                return process.pid();
            }
        }
        return 0;
    }

    private boolean isOurs(ProcessEntry process) {
        return process.parent() == OWN_PID && process.alive() && process.name().equals(threadName);
    }

    /**
     * Runs the hook on the child, and lets it pass as soon as it sleeps, which is at the fifo. False once it has
     * gone.
     */
    private boolean serve(int pid) throws IOException {
        passage.lock();
        try {
            if (!isThere(pid)) {
                return false;
            }
            if (failure == null && served != pid) {
                try {
                    hook.run(pid);
                    served = pid;
                } catch (IOException e) {
                    refuse(e);
                }
            }
            ProcessEntry process = ProcessEntry.read(state, pid);
            if (process != null && isOurs(process) && process.state() == 'S') {
                // It cannot continue by itself, and no other child comes while the lock is held.
                fifo.open();
            }
            return true;
        } finally {
            passage.unlock();
        }
    }

    private boolean isThere(int pid) throws IOException {
        ProcessEntry process = ProcessEntry.read(state, pid);
        return process != null && isOurs(process);
    }

    private void refuse(IOException e) {
        if (failure == null) {
            failure = e;
            fifo.refuse();
        }
    }
}
