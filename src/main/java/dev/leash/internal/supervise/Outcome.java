package dev.leash.internal.supervise;

import dev.leash.internal.sys.Exit;
import java.util.List;
import java.util.Set;

/**
 * What a run came to.
 *
 * @param exit how the leader ended
 * @param wallNanos from just before the start until the leader's exit was seen
 * @param stopSteps the signals that were sent, in order
 * @param stragglersKilled processes that were found alive after the leader's exit and were killed
 * @param survivors pids that were still alive when the time for killing them was over
 * @param stdout what was captured; empty if the stream was not
 * @param outputComplete whether every captured stream was read to its end and kept whole
 */
public record Outcome(
        Trigger trigger,
        Exit exit,
        long wallNanos,
        List<StepTaken> stopSteps,
        int stragglersKilled,
        Set<Integer> survivors,
        byte[] stdout,
        byte[] stderr,
        boolean outputComplete) {}
