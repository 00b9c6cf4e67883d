package dev.leash.internal.run;

import dev.leash.internal.contain.BackgroundSignal;
import dev.leash.internal.contain.Delivery;
import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.events.Log;
import dev.leash.internal.events.Recorder;
import dev.leash.internal.events.StopStepEvent;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The effects of a run's table on its members: searches, signals and sweeps, each as {@link Effects} specifies. For
 * the thread that drives the run.
 */
final class MemberControl implements ProcessSet.Threads {
    /** How long the last snapshot may take of a run with a program that cannot be killed. */
    private static final long UNDYING_NANOS = 500_000_000L;

    private final Run run;
    private final LoopScope loop;
    private final ProcessSet members;
    private final List<Program> programs;
    private final GuardianTable.Entry entry;
    private final Findings findings;
    private final SignalDelivery signals;
    private final Pause pause;
    private final long startNanos;
    private final long drainNanos;
    private final long killWaitNanos;
    private @Nullable Sweep sweep;

    /** Whether KILL was sent to the run, which has failed. */
    private boolean killSent;

    /** Whether KILL was sent though the search had no answer: then the sweep has to find out what there is. */
    private boolean killedUnseen;

    private @Nullable MemberSearch search;

    /** The snapshot of the search, while its event is being handled. */
    private @Nullable MemberSnapshot found;

    MemberControl(
            Run run,
            LoopScope loop,
            ProcessSet members,
            List<Program> programs,
            GuardianTable.Entry entry,
            Findings findings,
            RunTable.Rules rules,
            long startNanos) {
        this.run = run;
        this.loop = loop;
        this.members = members;
        this.programs = programs;
        this.entry = entry;
        this.findings = findings;
        this.startNanos = startNanos;
        this.drainNanos = rules.drainNanos();
        this.killWaitNanos = rules.killWaitNanos();
        this.pause = new Pause(loop, members, run::isRunning, run::resumed);
        this.signals = new SignalDelivery(loop, members, programs, killWaitNanos, run::isDone, pause);
    }

    SignalDelivery signals() {
        return signals;
    }

    /** Completes {@code done} when the members are paused. */
    void pause(CompletableFuture<Delivery> done) {
        pause.begin(signals, done);
    }

    /** Completes {@code done} when the members were told to go on. */
    void resume(CompletableFuture<Delivery> done) {
        pause.end(signals, done);
    }

    boolean isPaused() {
        return pause.isPaused();
    }

    /** The programs are gone, and what they have left is to live on: it must not stay paused for ever. */
    void resumeWhatIsLeft() {
        if (pause.isPaused()) {
            Delivery ignored = signals.send(StopStep.SIGCONT, null);
            if (!members.reachesAll() && members.pausable() == null) {
                BackgroundSignal.resume(members);
            }
        }
    }

    void learnMembers() {
        int[] pids = new int[programs.size()];
        int count = 0;
        for (Program program : programs) {
            if (!program.gone()) {
                pids[count++] = program.pid();
            }
        }
        if (count > 0) {
            members.stopComes(loop.callState(), count == pids.length ? pids : Arrays.copyOf(pids, count), this);
        }
    }

    @Override
    public int of(int pid) {
        for (Program program : programs) {
            if (program.pid() == pid) {
                return program.threads();
            }
        }
        return 0;
    }

    void search(boolean freeze) {
        search = MemberSearch.start(loop, members, freeze, killWaitNanos, snapshot -> {
            found = snapshot;
            try {
                run.events().handle(Event.FOUND);
            } finally {
                found = null;
            }
        });
    }

    void cancelSearch(boolean kill) {
        if (search != null) {
            search.cancel(kill);
            search = null;
        }
    }

    boolean signal(int signal, boolean last) {
        long now = Clock.monotonicNanos();
        record(signal, now);
        Delivery delivery = signals.send(signal, found);
        findings.stepTaken(signal, now, delivery.refusal());
        if (signal != StopStep.SIGKILL && signal != StopStep.SIGCONT) {
            // A stopped process acts on no signal except KILL until it is continued. A refusal shows in the first
            // delivery.
            Delivery ignored = signals.send(StopStep.SIGCONT, found);
        }
        killedUnseen |= last && found == null && !members.reachesAll();
        if (last && found != null) {
            findings.killed(found);
            members.killed(loop.callState(), found);
        }
        return delivery.refusal() != 0;
    }

    void recordStep(int signal) {
        long now = Clock.monotonicNanos();
        record(signal, now);
        findings.stepTaken(signal, now, 0);
    }

    private void record(int signal, long nowNanos) {
        StopStepEvent step = Recorder.stopStep();
        if (step != null) {
            step.commit(run.number(), run.pid(), run.cause().name(), signal, nowNanos - startNanos);
        }
    }

    boolean killPrograms() {
        Delivery delivery = new Delivery();
        for (Program program : programs) {
            delivery.add(program.signal(StopStep.SIGKILL));
        }
        return delivery.refusal() != 0;
    }

    private Sweep sweep() {
        Sweep begunSweep = sweep;
        if (begunSweep == null) {
            Set<Integer> pids = programs.stream().map(Program::pid).collect(Collectors.toUnmodifiableSet());
            begunSweep =
                    new Sweep(loop, members, entry, pids, () -> run.events().handle(Event.SET_EMPTY));
            sweep = begunSweep;
        }
        return begunSweep;
    }

    void watchMembers() {
        sweep().watch();
    }

    void sweep(boolean killSent) {
        sweep().kill(killWaitNanos, drainNanos, killSent && !killedUnseen);
    }

    void sweepUndying() {
        sweep().giveUp(programs.stream()
                .filter(program -> !program.gone())
                .map(Program::pid)
                .toList());
        sweep().kill(UNDYING_NANOS, 0, true);
    }

    /** Whether a sweep has found members that could not be killed. */
    boolean survivors() {
        return sweep != null && !sweep.survivors().isEmpty();
    }

    /** The run has failed: kills all members. */
    void killAll() {
        killSent = false;
        try {
            int refusal = signals.send(StopStep.SIGKILL, null).refusal();
            killSent = true;
            if (refusal != 0) {
                Log.warning("the run of process " + run.pid() + " has failed, and not all of it may be killed ("
                        + Errno.name(refusal) + "): it lives on");
            }
            if (!members.reachesAll()) {
                BackgroundSignal.kill(members);
            }
        } finally {
            if (!killSent) {
                programs.forEach(Program::killWithGroup);
                killSent = true;
            }
        }
    }

    /** Whether KILL was sent when the run failed. */
    boolean isKillSent() {
        return killSent;
    }

    /** Records what the result reports of the members. Before the programs are released. */
    void conclude() {
        findings.members(sweep, programs);
    }

    /** Ends the sweep and releases the process set. */
    void release() {
        pause.giveUp();
        try {
            if (sweep != null) {
                sweep.cancel();
            }
        } finally {
            members.close(loop.callState());
        }
    }
}
