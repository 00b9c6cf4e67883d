package dev.leash.internal.spec;

import dev.leash.Containment;
import dev.leash.Counter;
import dev.leash.internal.contain.CgroupLimits;
import java.util.List;

/**
 * The whole specification of a run, in the terms of the kernel. It says what is wanted, owns no resource, and may be
 * used for any number of runs. Made by {@link #of}.
 *
 * @param stages one program, or the programs of a pipeline from left to right
 * @param timeoutNanos from the start; {@link Long#MAX_VALUE} for none
 * @param idleNanos how long there may be no output; {@link Long#MAX_VALUE} for no limit
 * @param outputLimit how many bytes of output may pass through this process in all
 * @param stopPlan the steps at the deadline, and whenever else the run has to end; the last one is KILL
 * @param leaveStragglers whether members that outlive the programs are left alone
 * @param drainNanos how long to read from pipes that other processes hold, and to wait for processes that KILL does
 *     not end at once
 * @param containment which processes belong to it
 * @param limits the limits of all its processes together, in a cgroup
 * @param counters what the kernel counts of all its processes together
 */
public record RunSpec(
        List<ProgramSpec> stages,
        long timeoutNanos,
        long idleNanos,
        long outputLimit,
        List<StopStep> stopPlan,
        boolean leaveStragglers,
        long drainNanos,
        Containment containment,
        CgroupLimits limits,
        List<Counter> counters) {
    /** The default drain time. */
    public static final long DEFAULT_DRAIN_NANOS = 1_000_000_000;

    /** A run of one program. */
    public static Builder of(ProgramSpec program) {
        return of(List.of(program));
    }

    /** A run of a pipeline, from left to right. */
    public static Builder of(List<ProgramSpec> stages) {
        return new Builder(stages);
    }

    /** Whether its processes are known by their process group alone. */
    public boolean isGroup() {
        return containment == Containment.GROUP;
    }

    /** Whether any program has settings that have to be applied between fork and exec. */
    public boolean hasSettings() {
        for (ProgramSpec stage : stages) {
            if (!stage.settings().isNone()) {
                return true;
            }
        }
        return false;
    }

    /** The defaults are no limits, KILL at once when it has to be stopped, and a process group. For one thread. */
    public static final class Builder {
        private final List<ProgramSpec> stages;
        private long timeoutNanos = Long.MAX_VALUE;
        private long idleNanos = Long.MAX_VALUE;
        private long outputLimit = Long.MAX_VALUE;
        private List<StopStep> stopPlan = StopStep.KILL_AT_ONCE;
        private boolean leaveStragglers;
        private long drainNanos = DEFAULT_DRAIN_NANOS;
        private Containment containment = Containment.GROUP;
        private CgroupLimits limits = CgroupLimits.NONE;
        private List<Counter> counters = List.of();

        private Builder(List<ProgramSpec> stages) {
            this.stages = stages;
        }

        public Builder timeoutNanos(long nanos) {
            timeoutNanos = nanos;
            return this;
        }

        public Builder idleNanos(long nanos) {
            idleNanos = nanos;
            return this;
        }

        public Builder outputLimit(long bytes) {
            outputLimit = bytes;
            return this;
        }

        public Builder stopPlan(List<StopStep> steps) {
            stopPlan = steps;
            return this;
        }

        public Builder leaveStragglers(boolean leave) {
            leaveStragglers = leave;
            return this;
        }

        public Builder drainNanos(long nanos) {
            drainNanos = nanos;
            return this;
        }

        public Builder containment(Containment kind) {
            containment = kind;
            return this;
        }

        public Builder limits(CgroupLimits ofCgroup) {
            limits = ofCgroup;
            return this;
        }

        public Builder counters(List<Counter> counted) {
            counters = counted;
            return this;
        }

        public RunSpec build() {
            return new RunSpec(
                    stages,
                    timeoutNanos,
                    idleNanos,
                    outputLimit,
                    stopPlan,
                    leaveStragglers,
                    drainNanos,
                    containment,
                    limits,
                    counters);
        }
    }
}
