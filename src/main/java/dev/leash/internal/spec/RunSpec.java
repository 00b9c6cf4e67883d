package dev.leash.internal.spec;

import dev.leash.internal.contain.ProcessSet;
import java.util.List;

/**
 * All that a run needs to know, in the terms of the kernel. It says what is wanted, and holds nothing that has to be given back.
 *
 * @param stages one program, or those of a pipeline from left to right
 * @param timeoutNanos from the start; {@link Long#MAX_VALUE} for none
 * @param idleNanos how long there may be no output; {@link Long#MAX_VALUE} for ever
 * @param outputLimit how many bytes of output there may be in all that passes through this process
 * @param stopPlan what to do at the deadline, and whenever else the run has to end; the last step is KILL
 * @param leaveStragglers whether what outlives the leader is let live
 * @param drainNanos how long to read from pipes that somebody else holds, and to wait for what KILL does not end at once
 */
public record RunSpec(
        List<ProgramSpec> stages,
        long timeoutNanos,
        long idleNanos,
        long outputLimit,
        List<StopStep> stopPlan,
        boolean leaveStragglers,
        long drainNanos,
        ProcessSet.Plan containment) {
    /** Whether its programs are told from all others by their process group alone. */
    public boolean isGroup() {
        return containment.cookie().isEmpty() && !containment.isCgroup();
    }

    /** Whether something has to be done to its children between fork and exec. */
    public boolean isGated() {
        return containment.isCgroup()
                || stages.stream().anyMatch(stage -> !stage.settings().isNone());
    }
}
