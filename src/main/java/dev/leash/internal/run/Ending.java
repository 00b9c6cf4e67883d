package dev.leash.internal.run;

import dev.leash.Cause;
import dev.leash.Count;
import dev.leash.Counter;
import dev.leash.ExitStatus;
import dev.leash.Signal;
import dev.leash.StopStepTaken;
import dev.leash.Straggler;
import dev.leash.Usage;
import dev.leash.internal.contain.CgroupUse;
import dev.leash.internal.sys.WaitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run.
 *
 * @param cause why it ended, decided once, in the order in which the loop saw events
 * @param stages its programs, in the order of the pipeline
 * @param wallNanos from just before the start until the last exit was seen, or the last program was given up
 * @param stopSteps the signals that were sent, in order
 * @param killed processes that had left the leader's group, or were found alive after its exit, and were killed
 * @param leftAlive processes that could not be killed, or were still alive when the time for it was over
 * @param searchFailed whether there may be more of them, since the last search has failed
 * @param refusal the errno with which the kernel refused a signal to a process of the run, EPERM as a rule; 0 if it
 *     refused none
 * @param outputComplete whether every stream that this process read was read to its end and kept or passed on whole
 * @param pipeHolders the names of processes that still held a pipe when it was given up, by pid
 * @param failure the exception of user code that consumed output or produced input, or null
 * @param malformed how often the bytes of lines were malformed in their charset
 * @param longestHandlerNanos how long the slowest call of a handler held up the loop
 * @param use the resources that all processes together have used, as far as the containment knows
 * @param limits which limits were reached
 * @param counts what was counted of all its processes together, in the order in which it was asked for
 */
public record Ending(
        Cause cause,
        List<Stage> stages,
        long wallNanos,
        List<StopStepTaken> stopSteps,
        List<Straggler> killed,
        List<Straggler> leftAlive,
        boolean searchFailed,
        int refusal,
        boolean outputComplete,
        Map<Integer, String> pipeHolders,
        @Nullable Throwable failure,
        long malformed,
        long longestHandlerNanos,
        @Nullable CgroupUse use,
        ReachedLimits limits,
        Map<Counter, Count> counts) {
    /** How many stragglers had to be killed. */
    public int stragglersKilled() {
        return killed.size();
    }

    /**
     * One program.
     *
     * @param exit {@link WaitStatus#PENDING} if it could not be ended, {@link WaitStatus#LOST} if other code has
     *     taken its status
     * @param captured what was captured, by descriptor
     * @param dropped how many bytes the captures did not keep or exceeded the run's limit, by descriptor
     */
    public record Stage(int pid, WaitStatus exit, Map<Integer, byte[]> captured, Map<Integer, Long> dropped) {
        /** Of rusage: on Linux always this, whatever the disk has. */
        private static final long BLOCK_BYTES = 512;

        /** How it ended. */
        public ExitStatus status() {
            if (!exit.known()) {
                return new ExitStatus.Unknown(exit.equals(WaitStatus.PENDING));
            }
            return exit.signaled()
                    ? new ExitStatus.Signaled(new Signal(exit.signal()), exit.coreDumped())
                    : new ExitStatus.Exited(exit.code());
        }

        /** The resources that it used; zeros if not known. */
        public Usage usage() {
            return new Usage(
                    Duration.ofNanos(exit.userNanos()),
                    Duration.ofNanos(exit.systemNanos()),
                    exit.minorFaults(),
                    exit.majorFaults(),
                    exit.voluntarySwitches(),
                    exit.involuntarySwitches(),
                    exit.blocksIn() * BLOCK_BYTES,
                    exit.blocksOut() * BLOCK_BYTES);
        }
    }

    /** How the last program ended. */
    public WaitStatus exit() {
        return last().exit();
    }

    /** The captured bytes of a descriptor of the last program; empty if there are none. */
    public byte[] captured(int descriptor) {
        return last().captured().getOrDefault(descriptor, new byte[0]);
    }

    /** How many bytes were dropped of what the last program wrote to a descriptor. */
    public long dropped(int descriptor) {
        return last().dropped().getOrDefault(descriptor, 0L);
    }

    /** The program whose end counts as the run's: the last one. */
    public Stage last() {
        return stages.getLast();
    }
}
