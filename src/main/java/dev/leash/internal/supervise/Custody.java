package dev.leash.internal.supervise;

import dev.leash.internal.contain.Containment;
import dev.leash.internal.contain.Gate;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.WaitBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a start has made, from before the first child until whoever asked for it has its handle, or, where a thread waits
 * for the end, until that has come. An Error can hit the starting thread between any two steps, and where it has no stack or
 * heap left it can call nothing to put things right. So each thing is put down here as it comes to be; to leave it to the
 * {@linkplain Custodies loop} takes a store to a field and no call.
 *
 * <p>For the starting thread; once that has left it, for the loop's.
 */
final class Custody {
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final RunSpec spec;
    private final Patience patience;
    final ChildSlot slot;

    /** Whether a child may still be made, or handed over. Written by the starting thread. */
    volatile boolean starting = true;

    /** Whether another thread, that of a gated start, is making children. */
    volatile boolean spawning;

    /** Whether there is nothing to look after any more: it was given back, or somebody has it. */
    volatile boolean settled;

    /** The starting thread has gone, and this was not settled. */
    volatile boolean lost;

    /** What the starting thread was hit by, where that is known. */
    volatile @Nullable Throwable cause;

    private Containment.@Nullable Factory prepared;
    private @Nullable Gate gate;
    GuardianTable.Entry entry = GuardianTable.Entry.NONE;
    private final List<Started.Program> programs = new ArrayList<>();

    volatile @Nullable Attendant attendant;

    volatile @Nullable Run run;

    /** Whether the run is in the meter. */
    volatile boolean counted;

    /** Whether the loop has the run. The loop's. */
    boolean adopted;

    /** Whether the loop is ending what was left. The loop's. */
    boolean ending;

    private long killedNanos;
    private @Nullable Containment containment;

    Custody(RunSpec spec, ChildSlot slot, Patience patience) {
        this.patience = patience;
        this.spec = spec;
        this.slot = slot;
    }

    RunSpec spec() {
        return spec;
    }

    /** Of the start, where it has to wait for somebody. */
    Patience patience() {
        return patience;
    }

    List<Started.Program> programs() {
        return programs;
    }

    /** What the containment of the run has made before the start. */
    void prepared(Containment.Factory factory) {
        prepared = factory;
    }

    Containment.Factory prepared() {
        Containment.Factory factory = prepared;
        if (factory == null) {
            throw new IllegalStateException("nothing was prepared");
        }
        return factory;
    }

    /** The containment of the run, whose programs are there. */
    Containment contain(CallState runsState) {
        Started.Program leader = programs.getFirst();
        Containment made = prepared().of(runsState, leader.pid, leader.pidfd);
        containment = made;
        prepared = null; // it is the containment's to give back what was made
        return made;
    }

    void gate(@Nullable Gate newGate) {
        gate = newGate;
    }

    /** A program that is about to be started; its number will be in the slot before it is anywhere else. */
    Started.Program expect() {
        slot.clear();
        Started.Program program = new Started.Program();
        programs.add(program);
        return program;
    }

    /** The gate is not needed any more. */
    void dismantleGate() {
        Gate left = gate;
        gate = null; // first: what fails here is lost, and not done twice
        if (left != null) {
            left.dismantle();
        }
    }

    /** The start has failed, and its programs are gone: takes back the rest. On the starting thread. */
    void takeBack() {
        dismantleGate();
        entry.leave();
        Containment.Factory factory = prepared;
        prepared = null;
        if (factory != null) {
            factory.abandon();
        }
    }

    /**
     * Does what can be done at this moment to end a run that nobody has, without waiting. For the loop's thread, again and
     * again until it is true: nothing is left.
     */
    boolean end(EventLoop loop, WaitBuffer waits) {
        CallState state = loop.callState();
        if (spawning) {
            return false; // whoever waits at the gate is let pass by its keeper, and this comes again
        }
        if (killedNanos == 0 && !programs.isEmpty() && programs.getLast().pid == 0) {
            programs.getLast().pid = slot.pid();
            slot.clear();
        }
        kill(state);
        boolean all = true;
        entry.leave(); // before a number may be somebody else's
        for (Started.Program program : programs) {
            closeEnds(state, program);
            all &= program.pid == 0 || reap(state, program, waits);
        }
        if (all) {
            Containment left = containment;
            containment = null;
            if (left != null) {
                left.close();
            }
            takeBack();
        }
        return all;
    }

    /** Once; again only if an error has come between. */
    private void kill(CallState state) {
        if (killedNanos != 0) {
            return;
        }
        for (Started.Program program : programs) {
            if (program.pid > 0 && !Undo.kill(state, program.pid, program.pidfd)) {
                leaveToReaper(state, program);
            }
        }
        if (!spec.isGroup() && !programs.isEmpty() && programs.getFirst().pidfd >= 0) {
            Containment members = containment == null ? contain(state) : containment;
            int ignored = members.signal(StopStep.SIGKILL); // who may not be killed was told of
            Scout.sendToKill(members);
        }
        killedNanos = Clock.monotonicNanos();
    }

    private boolean reap(CallState state, Started.Program program, WaitBuffer waits) {
        if (Processes.reap(state, program.pid, waits) == 0) {
            if (Clock.monotonicNanos() - killedNanos < PATIENCE_NANOS) {
                return false;
            }
            leaveToReaper(state, program); // it hangs in the kernel
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
