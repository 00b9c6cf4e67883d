package dev.leash.internal.spec;

import dev.leash.internal.io.InputSource;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.sys.SpawnAttributes;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One program of a run: the only one, or a stage of a pipeline. It gets the descriptors that are named here, and no other.
 *
 * @param arguments the program and its arguments
 * @param inputs what the child reads, by descriptor; 0 is among them
 * @param outputs where goes what the child writes, by descriptor; 1 and 2 are among them
 * @param terminal the size of a terminal of its own that 0, 1 and 2 are to be, or null
 * @param attributes of the first stage; the others join its group
 * @param settings what it has otherwise than this process
 */
public record ProgramSpec(
        List<byte[]> arguments,
        ChildEnvironment environment,
        Directory directory,
        SortedMap<Integer, InputSource> inputs,
        SortedMap<Integer, OutputTarget> outputs,
        @Nullable TerminalSize terminal,
        SpawnAttributes attributes,
        ProcessSettings settings) {
    /** Standard input and nothing else. */
    public static SortedMap<Integer, InputSource> inputs(InputSource stdin) {
        return new TreeMap<>(Map.of(0, stdin));
    }

    /** Standard output and error and nothing else. */
    public static SortedMap<Integer, OutputTarget> outputs(OutputTarget stdout, OutputTarget stderr) {
        return new TreeMap<>(Map.of(1, stdout, 2, stderr));
    }

    /** Of a terminal, in characters. */
    public record TerminalSize(int columns, int rows) {}
}
