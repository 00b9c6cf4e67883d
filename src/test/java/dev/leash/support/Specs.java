package dev.leash.support;

import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.io.InputSource;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
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
            ProcessSet.Factory containment) {
        OutputTarget captured = new OutputTarget.Captured(captureLimit, OutputTarget.Keep.STOP);
        ProgramSpec program = new ProgramSpec(
                arguments,
                ChildEnvironment.INHERITED,
                new Directory.Inherited(),
                ProgramSpec.inputs(new InputSource.Empty()),
                ProgramSpec.outputs(captured, captured),
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
