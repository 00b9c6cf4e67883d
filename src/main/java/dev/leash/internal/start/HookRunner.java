package dev.leash.internal.start;

import dev.leash.internal.contain.PreExecHook;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import dev.leash.internal.sys.Clock;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the children that one thread starts while they wait at a {@link ExecFifo}, has them admitted, and lets them pass. The thread
 * itself cannot: until the program is executed it sleeps, as after vfork(2), and does not know the child's number yet. But
 * until then the child has the name of its thread, which therefore must have one of its own.
 *
 * <p>That thread may start one child after the other: the programs of a pipeline, or several candidates for one. None may
 * come while the gate stands open for the one before it, so each is announced by {@link #expectAnother}.
 */
public final class HookRunner {
    private static final long PAUSE_NANOS = 200_000;
    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    private final ExecFifo gate;
    private final PreExecHook admission;
    private final String threadName;
    /** While it is held, the child that is there is the only one. */
    private final ReentrantLock passage = new ReentrantLock();

    private int admitted;
    private @Nullable IOException failure;

    /** @param threadName at most 15 characters, and no other thread's */
    public HookRunner(ExecFifo gate, PreExecHook admission, String threadName) {
        this.gate = gate;
        this.admission = admission;
        this.threadName = threadName;
    }

    /** The starting thread is about to make a child. Waits until the gate is shut. For that thread. */
    public void expectAnother() {
        passage.lock();
        try {
            admitted = 0; // the new one may be given the number of the old
        } finally {
            passage.unlock();
        }
    }

    /** Works until {@code done}. Returns what kept a child from being admitted, in which case none has been started. */
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

    /** Has the child admitted, and lets it pass as soon as it sleeps: which is at the gate. False once it has gone. */
    private boolean serve(int pid) throws IOException {
        passage.lock();
        try {
            if (!isThere(pid)) {
                return false;
            }
            if (failure == null && admitted != pid) {
                try {
                    admission.admit(pid);
                    admitted = pid;
                } catch (IOException e) {
                    refuse(e);
                }
            }
            ProcessEntry process = ProcessEntry.read(pid);
            if (process != null && isOurs(process) && process.state() == 'S') {
                // It cannot go on by itself, and no other comes as long as the passage is held.
                gate.open();
            }
            return true;
        } finally {
            passage.unlock();
        }
    }

    private boolean isThere(int pid) {
        ProcessEntry process = ProcessEntry.read(pid);
        return process != null && isOurs(process);
    }

    private void refuse(IOException e) {
        if (failure == null) {
            failure = e;
            gate.refuse();
        }
    }
}
