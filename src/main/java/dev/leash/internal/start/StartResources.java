package dev.leash.internal.start;

import dev.leash.SpawnException;
import dev.leash.internal.contain.BackgroundSignal;
import dev.leash.internal.contain.Cookie;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.spawn.LateReaper;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spawn.SpawnUndo;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a start has acquired: the prepared process set, the exec fifo, the guardian's entry, the counters, the programs
 * with their descriptors. An Error can hit the starting thread between any two steps. So each thing is stored here as soon
 * as it exists, and {@link #end} gives back whatever there is.
 *
 * <p>For the starting thread; once that has left it, for the loop's thread.
 */
public final class StartResources implements StartListener {
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final RunSpec spec;
    private final Patience patience;
    public final ChildSlot slot;

    /** Whether another thread, that of a hooked start, is making children. */
    public volatile boolean spawning;

    private ProcessSet.@Nullable Factory prepared;
    private @Nullable ExecFifo fifo;
    public GuardianTable.Entry entry = GuardianTable.Entry.NONE;
    private @Nullable Counting counting;
    private final List<Started.Program> programs = new ArrayList<>();

    private long killedNanos;
    private @Nullable ProcessSet containment;

    public StartResources(RunSpec spec, ChildSlot slot, Patience patience) {
        this.patience = patience;
        this.spec = spec;
        this.slot = slot;
    }

    public RunSpec spec() {
        return spec;
    }

    /** The limits of the start's waits for other processes and file systems. */
    public Patience patience() {
        return patience;
    }

    public List<Started.Program> programs() {
        return programs;
    }

    /**
     * Acquires what must exist before the first program: what the process set needs, the exec fifo, the entry in the
     * guardian's table. For a start that has its permit. After a failure {@link #takeBack} gives back what was
     * acquired.
     *
     * @param guardians null if there is no guardian
     */
    public void acquire(ProcessSets sets, @Nullable GuardianTable guardians) throws SpawnException {
        try {
            prepared = sets.prepare(spec);
        } catch (IOException e) {
            throw HookedStart.failure(spec, SpawnException.Kind.CONTAINMENT, e);
        }
        if (spec.hasSettings() || prepared().preExecHook() != null) {
            fifo = HookedStart.fifo(spec);
        }
        if (!spec.counters().isEmpty()) {
            counting = new Counting(spec.counters(), spec.stages().size() > 1);
        }
        if (guardians != null) {
            entry = guardians.enter(prepared(), fifo);
        }
    }

    /** The prepared process set of the run. */
    ProcessSet.Factory prepared() {
        ProcessSet.Factory factory = prepared;
        if (factory == null) {
            throw new IllegalStateException("nothing was prepared");
        }
        return factory;
    }

    /**
     * The leader is about to be started.
     *
     * @param pipe an end of a pipe that was made for one of its standard streams
     */
    void leaderGets(CallState state, int pipe) {
        entry.pipe(state, pipe);
    }

    @Override
    public void childComes() {
        if (programs.size() == 1) {
            entry.starting(); // the leader; what follows it is of its group
        }
    }

    @Override
    public void born(CallState state, int pid, boolean leader) {
        if (leader) {
            entry.started(state, pid);
        }
        Cookie cookie = prepared().cookie();
        if (cookie != null) {
            cookie.mark(state, pid);
        }
    }

    /** The process set of the run, whose programs have been started. */
    public ProcessSet contain(CallState state) {
        Started.Program leader = programs.getFirst();
        ProcessSet made = prepared().of(state, leader.pid, leader.pidfd);
        containment = made;
        prepared = null; // the process set gives it back from now on
        return made;
    }

    @Nullable
    ExecFifo fifo() {
        return fifo;
    }

    /** A program that is about to be started; its pid will be in the slot before it is anywhere else. */
    public Started.Program expect() {
        slot.clear();
        Started.Program program = new Started.Program();
        programs.add(program);
        return program;
    }

    /** The counters of the run; null if there is nothing to count. */
    @Nullable
    Counting counting() {
        return counting;
    }

    /** Removes the fifo, which is not needed any more. */
    void dismantleFifo() {
        ExecFifo left = fifo;
        fifo = null; // first: a failure leaves files behind, but nothing is removed twice
        if (left != null) {
            left.dismantle();
        }
    }

    /** The start has failed, and its programs are gone: gives back the rest. On the starting thread. */
    public void takeBack(CallState state) {
        dismantleFifo();
        entry.leave();
        if (counting != null) {
            counting.close(state);
        }
        ProcessSet.Factory factory = prepared;
        prepared = null;
        if (factory != null) {
            factory.abandon(state);
        }
    }

    /**
     * Takes one step to end a run that has no other owner, without waiting. For the loop's thread, which repeats it
     * until it returns true: then nothing is left.
     *
     * @param state the call state of that thread
     */
    public boolean end(CallState state) {
        if (spawning) {
            return false; // the hook runner lets a waiting child pass, and this is called again
        }
        if (killedNanos == 0 && !programs.isEmpty() && programs.getLast().pid == 0) {
            programs.getLast().pid = slot.pid();
            slot.clear();
        }
        kill(state);
        boolean all = true;
        entry.leave(); // before a number may be another process's
        for (Started.Program program : programs) {
            closeEnds(state, program);
            all &= program.pid == 0 || reap(state, program);
        }
        if (all) {
            ProcessSet left = containment;
            containment = null;
            if (left != null) {
                left.close(state);
            }
            takeBack(state);
        }
        return all;
    }

    /** Once; again only if an Error interrupted it. */
    private void kill(CallState state) {
        if (killedNanos != 0) {
            return;
        }
        for (Started.Program program : programs) {
            if (program.pid > 0 && !SpawnUndo.kill(state, program.pid, program.pidfd)) {
                leaveToReaper(state, program);
            }
        }
        if (!spec.isGroup() && !programs.isEmpty() && programs.getFirst().pidfd >= 0) {
            ProcessSet members = containment == null ? contain(state) : containment;
            int ignored = members.signal(state, StopStep.SIGKILL); // refusals were reported before
            BackgroundSignal.kill(members);
        }
        killedNanos = Clock.monotonicNanos();
    }

    private boolean reap(CallState state, Started.Program program) {
        if (Processes.reap(state, program.pid) == 0) {
            if (Clock.monotonicNanos() - killedNanos < PATIENCE_NANOS) {
                return false;
            }
            leaveToReaper(state, program); // the process hangs in the kernel
        } else {
            program.pid = 0;
            closePidfd(state, program);
        }
        return true;
    }

    private static void leaveToReaper(CallState state, Started.Program program) {
        int pid = program.pid;
        program.pid = 0;
        LateReaper.take(pid);
        closePidfd(state, program);
    }

    private static void closePidfd(CallState state, Started.Program program) {
        int pidfd = program.pidfd;
        program.pidfd = -1;
        Descriptors.closeIfOpen(state, pidfd);
    }

    private static void closeEnds(CallState state, Started.Program program) {
        program.closeChildsEnds(state);
        program.closeOwnEnds(state);
    }
}
