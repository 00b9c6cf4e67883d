package dev.leash.internal.run;

import dev.leash.Cause;
import dev.leash.internal.contain.CgroupUse;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.io.RunListener;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.start.Started;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.SystemCallException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The effects of a run's table on real processes. For the thread that acts on the run, except where noted. */
final class RunEffects implements Effects {
    private final Run run;
    private final LoopScope loop;
    private final RunSpec spec;
    private final Started started;
    private final GuardianTable.Entry entry;
    private final ProcessSet members;
    private final List<Program> programs;
    private final Streams streams;
    private final Findings findings;
    private final MemberControl control;
    private final Release release;
    private int running;
    private boolean begun;
    private @Nullable IdleTimer idle;
    private final RunTimer timer;

    /** For programs that have just been started, on the thread that has started them. */
    RunEffects(
            Run run,
            RunListener listener,
            LoopScope loop,
            LoopContext context,
            RunSpec spec,
            Started started,
            ProcessSet members,
            GuardianTable.Entry entry,
            RunTable.Rules rules) {
        this.run = run;
        this.loop = loop;
        this.spec = spec;
        this.started = started;
        this.members = members;
        this.entry = entry;
        this.programs = new ArrayList<>(started.stages().size());
        for (Started.Program program : started.stages()) {
            programs.add(new Program(
                    loop,
                    program,
                    members.needsZombieLeader(),
                    programs.isEmpty() ? entry : GuardianTable.Entry.NONE,
                    this::programExited));
        }
        this.timer = new RunTimer(run, loop);
        this.running = programs.size();
        this.streams = new Streams(loop, context.pool(), spec.stages(), listener);
        this.findings = new Findings(started.startNanos());
        this.control = new MemberControl(run, loop, members, programs, entry, findings, rules, started.startNanos());
        this.release = new Release(loop, started, programs, control, entry, streams);
    }

    List<Program> programs() {
        return programs;
    }

    ProcessSet members() {
        return members;
    }

    Streams streams() {
        return streams;
    }

    MemberControl control() {
        return control;
    }

    Findings findings() {
        return findings;
    }

    /** Watches the programs, and begins to read and write. */
    void begin() throws SystemCallException {
        begun = true;
        // All descriptors get their owners first, so that a failure leaves none open.
        streams.open(started.stages());
        for (Program program : programs) {
            program.watch();
        }
        if (spec.idleNanos() != Long.MAX_VALUE) {
            idle = new IdleTimer(loop, spec.idleNanos(), streams::poll, this::isHeldBack, () -> run.events()
                    .handle(Event.stop(Cause.IDLE, spec.stopPlan())));
        }
    }

    /** Whether the programs cannot write, through no fault of theirs. */
    private boolean isHeldBack() {
        return streams.anyPaused() || control.isPaused();
    }

    void sawOutput() {
        if (idle != null) {
            idle.sawOutput();
        }
    }

    /** An exit that the pidfd reports becomes an event; one that {@link #pollPrograms} finds is its return value. */
    private void programExited(boolean polled) {
        running--;
        if (running == 0 && !polled) {
            run.events().handle(Event.LAST_EXIT);
        }
    }

    @Override
    public long nowNanos() {
        return Clock.monotonicNanos();
    }

    @Override
    public void timer(long dueNanos, Event event) {
        timer.set(dueNanos, event);
    }

    @Override
    public void cancelTimer() {
        timer.cancel();
    }

    /** Whether the idle timer may have to end the run, for which the loop has to look first. */
    boolean idleIsDue() {
        return idle != null && idle.isDue();
    }

    /** Whether a program has exited, which the run may not know yet. */
    boolean anyExited() {
        for (Program program : programs) {
            if (program.hasExited()) {
                return true;
            }
        }
        return false;
    }

    private void look() {
        for (Program program : programs) {
            program.poll();
        }
    }

    @Override
    public boolean pollPrograms() {
        if (loop.isHome()) {
            look();
        } // else an exit, of which nothing was seen a moment ago, is for the loop
        return running == 0;
    }

    @Override
    public boolean programsExit() {
        for (Program program : programs) {
            if (!program.exits()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void programsGone() {
        findings.programsGone(Clock.monotonicNanos());
        if (spec.leaveStragglers()) {
            control.resumeWhatIsLeft();
        }
    }

    @Override
    public void endIdleTimer() {
        if (idle != null) {
            idle.end();
            idle = null;
        }
    }

    @Override
    public void learnMembers() {
        control.learnMembers();
    }

    @Override
    public boolean reachesAll() {
        return members.reachesAll();
    }

    @Override
    public void search(boolean freeze) {
        control.search(freeze);
    }

    @Override
    public void cancelSearch(boolean kill) {
        control.cancelSearch(kill);
    }

    @Override
    public boolean signal(int signal, boolean last) {
        return control.signal(signal, last);
    }

    @Override
    public void recordStep(int signal) {
        control.recordStep(signal);
    }

    @Override
    public boolean killPrograms() {
        return control.killPrograms();
    }

    @Override
    public boolean provenEmpty() {
        return members.provenEmpty(loop.callState());
    }

    @Override
    public void watchMembers() {
        control.watchMembers();
    }

    @Override
    public void sweep(boolean killSent) {
        control.sweep(killSent);
    }

    @Override
    public void sweepUndying() {
        control.sweepUndying();
    }

    @Override
    public boolean survivors() {
        return control.survivors();
    }

    @Override
    public void leaveGuardian() {
        entry.leave();
    }

    @Override
    public void drain() {
        streams.endInputs();
        streams.drain();
    }

    @Override
    public boolean pipesAtEnd() {
        return streams.atEnd();
    }

    @Override
    public void lookForHolders() {
        HolderSearch.start(loop, streams.openDescriptors(), findings);
    }

    @Override
    public void abandonPipes() {
        streams.abandon();
    }

    @Override
    public boolean consumersDone() {
        return streams.delivered();
    }

    @Override
    public void giveUpOnConsumers() {
        streams.giveUpOnConsumers();
    }

    @Override
    public void finish() {
        CgroupUse use;
        try {
            use = members.use(); // before it is closed
            look();
            control.conclude();
        } catch (RuntimeException | Error e) {
            fail(e);
            return;
        }
        Ending ending;
        try {
            release.all(this, begun);
            ending = findings.ending(
                    run.cause(),
                    run.isExternal(),
                    spec.stages(),
                    programs,
                    streams,
                    use,
                    control.signals().sentSignals(),
                    started.counting());
        } catch (RuntimeException | Error e) {
            run.conclude(null, e);
            return;
        }
        run.conclude(ending, null);
    }

    /**
     * Each step whatever the ones before have thrown; and all that wait are told. Only if KILL cannot be sent, for want
     * of memory, this throws: then it comes again, see {@link #failLate}.
     */
    @Override
    public void fail(Throwable thrown) {
        try {
            control.killAll();
        } catch (RuntimeException | Error e) {
            if (!control.isKillSent()) {
                throw e;
            }
            Suppression.add(thrown, e);
        }
        try {
            release.all(this, begun);
        } catch (RuntimeException | Error e) {
            Suppression.add(thrown, e);
        }
        try {
            streams.giveUpOnConsumers();
        } catch (RuntimeException | Error e) {
            Suppression.add(thrown, e);
        } finally {
            run.conclude(null, thrown);
        }
    }

    @Override
    public void failLate(Throwable thrown) {
        if (release.isDone()) {
            run.concludeLate(thrown);
        } else {
            fail(thrown);
        }
    }
}
