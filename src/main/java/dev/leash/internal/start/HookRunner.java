package dev.leash.internal.start;

import dev.leash.internal.contain.PreExecHook;
import dev.leash.internal.proc.AddressSpace;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import dev.leash.internal.proc.ThreadChildren;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the children that one thread starts while they wait at an {@link ExecFifo}, runs the hook on them, and lets
 * them pass. The thread itself cannot: it sleeps until the program is executed, as after vfork(2), and does not know
 * the child's pid yet. But the kernel lists the children of each thread. A kernel that does not is asked for a child
 * that has the name of the thread and this process's memory, as it has until it executes its program; the name
 * therefore must be unique.
 *
 * <p>That thread may start one child after the other: the programs of a pipeline, or several candidates for one. None
 * may come while the fifo is open for the one before it, so each is announced by {@link #expectAnother}.
 */
public final class HookRunner {
    private static final long PAUSE_NANOS = 200_000;
    private static final int MOST_DOUBTS = 3;
    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    private final ExecFifo fifo;
    private final PreExecHook hook;
    private final String threadName;
    /** While it is held, no other child can come. A monitor, as the starting thread has a umask, see Handover. */
    private final Object passage = new Object();

    /** For the thread that does the work. */
    private final CallState state = CallState.create();

    /** Children that the thread had before the one that comes. */
    private volatile int[] before = {};

    private volatile int thread;
    private int served;
    private boolean permitted;

    /** For the thread that starts. */
    private int doubts;

    private @Nullable IOException failure;

    /** @param threadName at most 15 characters, and unique among the threads */
    public HookRunner(ExecFifo fifo, PreExecHook hook, String threadName) {
        this.fifo = fifo;
        this.hook = hook;
        this.threadName = threadName;
    }

    /** The calling thread is about to make a child: waits until the fifo is closed. For the thread that makes it. */
    public void expectAnother() {
        synchronized (passage) {
            try (CallState own = CallState.open()) {
                fifo.refuse();
                served = 0; // the new child may get the pid of the old one
                permitted = false;
                if (ThreadChildren.areListed()) {
                    int tid = ThreadChildren.ownThread();
                    int[] children = ThreadChildren.of(own, OWN_PID, tid);
                    before = children == null ? new int[0] : children;
                    thread = tid;
                }
            } catch (IOException e) {
                refuse(e);
            }
        }
    }

    /**
     * Whether a child that was refused has not had its permit, and not for the hook's sake: then something else has let
     * it go on before the hook had been run, or it did not come to the fifo. For that thread.
     */
    public boolean hasMissedOne() {
        synchronized (passage) {
            return failure == null && !permitted;
        }
    }

    /**
     * The same, or it may be so: the child was refused, and had its permit a moment later. The errno is also that of a
     * program that may not be executed, so that this is true a few times only. For that thread.
     */
    public boolean mayHaveMissedOne() {
        return hasMissedOne() || (failure == null && ++doubts <= MOST_DOUBTS);
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
        if (ThreadChildren.areListed()) {
            int[] children = thread == 0 ? null : ThreadChildren.of(state, OWN_PID, thread);
            for (int pid : children == null ? new int[0] : children) {
                if (at(pid) != null) {
                    return pid;
                }
            }
            return 0;
        }
        for (ProcessEntry process : ProcessTable.fresh().entries()) {
            if (isOurs(process) && AddressSpace.mayBeOwn(state, process.pid())) {
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
        synchronized (passage) {
            ProcessEntry process = at(pid);
            if (process == null) {
                return false;
            }
            // Not before: a limit of descriptors would keep it from being given its own. And now it cannot continue by
            // itself, and no other child comes while the lock is held.
            if (process.state() == 'S') {
                if (failure == null && served != pid) {
                    runHook(pid);
                }
                fifo.open();
            }
            return true;
        }
    }

    private void runHook(int pid) throws IOException {
        try {
            hook.run(pid);
            served = pid;
            fifo.permit();
            permitted = true;
        } catch (IOException e) {
            if (at(pid) != null) {
                refuse(e);
            } // else it has gone on and was refused, and comes again
        }
    }

    /** The child that waits, or comes; null if it is another one, or has executed its program and so has another name. */
    private @Nullable ProcessEntry at(int pid) throws IOException {
        for (int earlier : before) {
            if (earlier == pid) {
                return null;
            }
        }
        ProcessEntry process = ProcessEntry.read(state, pid);
        return process != null && isOurs(process) ? process : null;
    }

    private void refuse(IOException e) {
        synchronized (passage) {
            if (failure == null) {
                failure = e;
                fifo.refuse();
            }
        }
    }
}
