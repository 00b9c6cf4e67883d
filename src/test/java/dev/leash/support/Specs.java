package dev.leash.support;

import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs in the terms of the engine, for tests below the public API. */
public final class Specs {
    private Specs() {}

    /** One program whose output is captured, at most {@code captureLimit} bytes of each stream. */
    public static RunSpec.Builder of(int captureLimit, String... words) {
        return RunSpec.of(program(captureLimit, words).build());
    }

    public static ProgramSpec.Builder program(int captureLimit, String... words) {
        OutputTarget captured = new OutputTarget.Captured(captureLimit, OutputTarget.Keep.STOP);
        return ProgramSpec.of(arguments(words)).stdout(captured).stderr(captured);
    }

    private static List<byte[]> arguments(String... words) {
        List<byte[]> arguments = new ArrayList<>();
        for (String word : words) {
            arguments.add(word.getBytes(StandardCharsets.UTF_8));
        }
        return arguments;
    }
}
