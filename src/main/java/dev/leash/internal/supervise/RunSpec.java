package dev.leash.internal.supervise;

import dev.leash.internal.contain.Containment;
import dev.leash.internal.io.Input;
import dev.leash.internal.io.Output;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.DescriptorAction;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.sys.SpawnAttributes;
import java.util.List;

/**
 * All that a run needs to know, in the terms of the kernel.
 *
 * @param arguments the program and its arguments
 * @param timeoutNanos from the start; {@link Long#MAX_VALUE} for none
 * @param stopPlan what to do at the deadline, and whenever else the run has to end; the last step is KILL
 * @param leaveStragglers whether what outlives the leader is let live
 * @param drainNanos how long to read from pipes that somebody else holds, and to wait for what KILL does not end at once
 * @param closeOthers whether the child gets no descriptor but its standard streams
 * @param extraDescriptors what else is done to the child's descriptors; not together with {@code closeOthers}
 */
public record RunSpec(
        List<byte[]> arguments,
        ChildEnvironment environment,
        Directory directory,
        Input stdin,
        Output stdout,
        Output stderr,
        long timeoutNanos,
        List<StopStep> stopPlan,
        boolean leaveStragglers,
        long drainNanos,
        Containment.Factory containment,
        SpawnAttributes attributes,
        boolean closeOthers,
        List<DescriptorAction> extraDescriptors) {
    /** A run whose child gets no descriptor but its standard streams. */
    public RunSpec(
            List<byte[]> arguments,
            ChildEnvironment environment,
            Directory directory,
            Input stdin,
            Output stdout,
            Output stderr,
            long timeoutNanos,
            List<StopStep> stopPlan,
            boolean leaveStragglers,
            long drainNanos,
            Containment.Factory containment,
            SpawnAttributes attributes,
            boolean closeOthers) {
        this(
                arguments,
                environment,
                directory,
                stdin,
                stdout,
                stderr,
                timeoutNanos,
                stopPlan,
                leaveStragglers,
                drainNanos,
                containment,
                attributes,
                closeOthers,
                List.of());
    }
}
