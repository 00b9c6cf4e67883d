package dev.leash.support;

import dev.leash.internal.contain.Containment;
import dev.leash.internal.io.Input;
import dev.leash.internal.io.Output;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.supervise.RunSpec;
import dev.leash.internal.supervise.StageSpec;
import dev.leash.internal.supervise.StopStep;
import dev.leash.internal.sys.SpawnAttributes;
import java.util.List;

/** Runs in the terms of the engine, for tests below the public API. */
public final class Specs {
    private Specs() {}

    /** One program whose output is captured, at most {@code captureLimit} bytes of each stream. */
    public static RunSpec of(
            List<byte[]> arguments,
            int captureLimit,
            long timeoutNanos,
            List<StopStep> plan,
            boolean leaveStragglers,
            long drainNanos,
            Containment.Factory containment) {
        Output captured = new Output.Captured(captureLimit, Output.Keep.STOP);
        StageSpec program = new StageSpec(
                arguments,
                ChildEnvironment.INHERITED,
                new Directory.Inherited(),
                StageSpec.inputs(new Input.Empty()),
                StageSpec.outputs(captured, captured),
                null,
                SpawnAttributes.CLEAN,
                ProcessSettings.NONE);
        return new RunSpec(
                List.of(program),
                timeoutNanos,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                plan,
                leaveStragglers,
                drainNanos,
                containment);
    }
}
