package dev.leash.internal.run;

import dev.leash.internal.contain.CgroupUse;
import dev.leash.internal.contain.Member;
import dev.leash.internal.sys.WaitStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to.
 *
 * @param stages its programs, in the order of the pipeline
 * @param wallNanos from just before the start until the last exit was seen, or the last program was given up
 * @param stopSteps the signals that were sent, in order
 * @param killed processes that had left the leader's group, or were found alive after its exit, and were killed
 * @param leftAlive processes that could not be killed, or were still alive when the time for it was over
 * @param outputComplete whether every stream that this process read was read to its end and kept or passed on whole
 * @param pipeHolders who still held a pipe when it was given up, by pid
 * @param failure what user code has thrown that was given output or gave input, or null
 * @param malformed how often input of lines was no text in their charset
 * @param longestHandlerNanos how long the slowest call of a handler held up the loop
 * @param use what all processes together have used, as far as the containment knows
 * @param limits which limits were reached
 */
public record Outcome(
        Trigger trigger,
        List<Stage> stages,
        long wallNanos,
        List<StepTaken> stopSteps,
        List<Member> killed,
        List<Member> leftAlive,
        boolean outputComplete,
        Map<Integer, String> pipeHolders,
        @Nullable Throwable failure,
        long malformed,
        long longestHandlerNanos,
        @Nullable CgroupUse use,
        ReachedLimits limits) {
    /** How many had to be killed. */
    public int stragglersKilled() {
        return killed.size();
    }

    /**
     * One program.
     *
     * @param exit {@link WaitStatus#PENDING} if it could not be ended, {@link WaitStatus#LOST} if other code has taken its status
     * @param captured what was captured, by descriptor
     * @param dropped how many bytes the captures did not keep, or were more than the run's limit, by descriptor
     */
    public record Stage(int pid, WaitStatus exit, Map<Integer, byte[]> captured, Map<Integer, Long> dropped) {}

    /** How the last program ended. */
    public WaitStatus exit() {
        return last().exit();
    }

    /** What was captured of a descriptor of the last program; empty if nothing was. */
    public byte[] captured(int descriptor) {
        return last().captured().getOrDefault(descriptor, new byte[0]);
    }

    /** How many bytes were dropped of what the last program wrote to a descriptor. */
    public long dropped(int descriptor) {
        return last().dropped().getOrDefault(descriptor, 0L);
    }

    /** The stage whose end counts as the run's: the last. */
    public Stage last() {
        return stages.getLast();
    }
}
