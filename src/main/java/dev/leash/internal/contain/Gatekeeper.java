package dev.leash.internal.contain;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the children that one thread starts while they wait at a {@link Gate}, has them admitted, and lets them pass. The thread
 * itself cannot: until the program is executed it sleeps, as after vfork(2), and does not know the child's number yet. But
 * until then the child has the name of its thread, which therefore must have one of its own.
 */
public final class Gatekeeper {
    private static final long PAUSE_NANOS = 200_000;
    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    private final Gate gate;
    private final Admission admission;
    private final String threadName;
    private final Set<Integer> admitted = new HashSet<>();
    private @Nullable IOException failure;

    /** @param threadName at most 15 characters, and no other thread's */
    public Gatekeeper(Gate gate, Admission admission, String threadName) {
        this.gate = gate;
        this.admission = admission;
        this.threadName = threadName;
    }

    /** Works until {@code done}. Returns what kept a child from being admitted, in which case none has been started. */
    public @Nullable IOException work(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            try {
                int waiting = find();
                while (waiting > 0 && !done.getAsBoolean()) {
                    waiting = serve(waiting);
                }
            } catch (IOException e) {
                refuse(e);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
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

    /** Has the child admitted, and lets it pass as soon as it sleeps: which is at the gate. 0 once it has gone. */
    private int serve(int pid) throws IOException {
        if (failure == null && !admitted.contains(pid)) {
            try {
                admission.admit(pid);
                admitted.add(pid);
            } catch (IOException e) {
                refuse(e);
            }
        }
        ProcessEntry process = ProcessEntry.read(pid);
        if (process == null || !isOurs(process)) {
            return 0;
        }
        if (process.state() == 'S') {
            // It cannot go on by itself, so this reaches no child that would come after it.
            gate.open();
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        return pid;
    }

    private void refuse(IOException e) {
        if (failure == null) {
            failure = e;
            gate.refuse();
        }
    }
}
