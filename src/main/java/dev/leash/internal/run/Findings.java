package dev.leash.internal.run;

import dev.leash.Cause;
import dev.leash.Signal;
import dev.leash.StopStepTaken;
import dev.leash.Straggler;
import dev.leash.internal.contain.CgroupUse;
import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.start.Counting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known about a run so far, from which its {@link Ending} is made. For the thread that drives the run. */
final class Findings {
    private static final int NO_SIGNAL = 0;

    private final long startNanos;

    /** A list of its own only for a run that is stopped, as with the next one. */
    private List<StopStepTaken> steps = List.of();

    /** The signal of the first step of a stop plan, which may be 0 for none; negative before that step. */
    private int firstSignal = -1;

    private boolean firstRefused;

    /** Members that were not in the leader's group when KILL was sent. */
    private List<Straggler> escaped = List.of();

    private List<Straggler> sweptAway = List.of();
    private List<Straggler> survivors = List.of();
    private boolean searchFailed;
    private Map<Integer, String> pipeHolders = Map.of();
    private @Nullable Throwable failure;
    private long exitNanos;
    private int refusal;

    Findings(long startNanos) {
        this.startNanos = startNanos;
    }

    /** The last program has exited, or is given up. */
    void programsGone(long nowNanos) {
        exitNanos = nowNanos;
    }

    /** A signal of a stop plan was sent; {@code errno} is why the kernel refused it, or 0. */
    void stepTaken(int signal, long nowNanos, int errno) {
        if (firstSignal < 0) {
            firstSignal = signal;
            firstRefused = errno != 0;
        }
        if (signal != NO_SIGNAL) {
            steps = steps.isEmpty() ? new ArrayList<>() : steps;
            steps.add(new StopStepTaken(new Signal(signal), Duration.ofNanos(nowNanos - startNanos), errno != 0));
        }
        refused(errno);
    }

    /** {@code errno} is why the kernel refused a signal to a process of the run, or 0. */
    void refused(int errno) {
        refusal = refusal == 0 ? errno : refusal;
    }

    /** KILL was sent to these. */
    void killed(MemberSnapshot members) {
        refused(members.refusal());
        escaped = escaped.isEmpty() ? new ArrayList<>() : escaped;
        for (Straggler member : members.living()) {
            if (member.membership() != Straggler.Membership.LEADER
                    && member.membership() != Straggler.Membership.GROUP) {
                escaped.add(member);
            }
        }
    }

    void pipeHolders(Map<Integer, String> holders) {
        pipeHolders = holders;
    }

    /** User code that consumes output or produces input has thrown. */
    void userCodeFailed(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else {
            Suppression.add(failure, thrown); // from another stream
        }
    }

    /** Records what the sweep has found last, and the programs that are still there. Before their release. */
    void members(@Nullable Sweep sweep, List<Program> programs) {
        if (sweep == null && areGone(programs)) {
            return; // as mostly: each run comes by here
        }
        List<Straggler> alive = new ArrayList<>();
        if (sweep != null) {
            alive.addAll(sweep.survivors());
            sweptAway = sweep.killed();
            searchFailed = sweep.isBlind();
            refused(sweep.refusal());
        }
        for (Program program : programs) {
            if (program.gone()) {
                alive.removeIf(member -> member.pid() == program.pid()); // since then
            } else if (alive.stream().noneMatch(member -> member.pid() == program.pid())) {
                int errno = program.refusal();
                refused(errno);
                boolean leader = program.equals(programs.getFirst());
                alive.add(program.straggler(leader, errno != 0));
            }
        }
        survivors = List.copyOf(alive);
    }

    private static boolean areGone(List<Program> programs) {
        for (Program program : programs) {
            if (!program.gone()) {
                return false;
            }
        }
        return true;
    }

    /**
     * The outcome. After the release of the programs.
     *
     * @param external whether {@code cause} came from outside
     * @param sentSignals see {@link SignalDelivery#sentSignals}
     * @param counting read already; null if nothing was counted
     */
    Ending ending(
            Cause cause,
            boolean external,
            List<ProgramSpec> specs,
            List<Program> programs,
            Streams streams,
            @Nullable CgroupUse use,
            long sentSignals,
            @Nullable Counting counting) {
        List<Ending.Stage> ended = new ArrayList<>(programs.size());
        for (int index = 0; index < programs.size(); index++) {
            Program program = programs.get(index);
            ended.add(new Ending.Stage(
                    program.pid(), program.exit(), streams.takeCaptured(index), streams.dropped(index)));
        }
        Cause decided = external && endedByThemselves(ended) ? Cause.EXITED : cause;
        return new Ending(
                decided,
                List.copyOf(ended),
                exitNanos - startNanos,
                decided == Cause.EXITED ? List.of() : steps(),
                killed(),
                survivors,
                searchFailed,
                refusal,
                streams.complete(),
                pipeHolders,
                failure,
                streams.malformed(),
                streams.longestHandlerNanos(),
                use,
                ReachedLimits.of(specs, ended, use, sentSignals),
                counting == null ? Map.of() : counting.counts(cpuNanos(ended)));
    }

    private static long cpuNanos(List<Ending.Stage> stages) {
        long sum = 0;
        for (Ending.Stage stage : stages) {
            sum += stage.exit().userNanos() + stage.exit().systemNanos();
        }
        return sum;
    }

    /**
     * If KILL was the first signal and yet all programs ended in another way, they ended before it reached them: they
     * were already exiting when they were checked, and an exit takes the kernel a while. No other program can survive
     * KILL, unless it was refused.
     */
    private boolean endedByThemselves(List<Ending.Stage> ended) {
        if (firstSignal != StopStep.SIGKILL || firstRefused) {
            return false;
        }
        for (Ending.Stage stage : ended) {
            if (!stage.exit().known() || stage.exit().signal() == StopStep.SIGKILL) {
                return false;
            }
        }
        return true;
    }

    /** A group that a signal reached may contain a process for which it was refused: that shows in what is left. */
    private List<StopStepTaken> steps() {
        List<StopStepTaken> taken = new ArrayList<>(steps);
        if (!taken.isEmpty() && !survivors.isEmpty() && survivors.stream().anyMatch(Straggler::refused)) {
            StopStepTaken last = taken.removeLast();
            taken.add(new StopStepTaken(last.signal(), last.after(), true));
        }
        return List.copyOf(taken);
    }

    private List<Straggler> killed() {
        if (escaped.isEmpty() && sweptAway.isEmpty()) {
            return List.of();
        }
        List<Straggler> killed = new ArrayList<>(escaped);
        killed.addAll(sweptAway);
        killed.removeIf(member -> survivors.stream().anyMatch(other -> other.pid() == member.pid()));
        return killed;
    }
}
