package dev.leash.internal.spec;

import dev.leash.internal.io.InputSource;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.sys.SpawnAttributes;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One program of a run: the only one, or a stage of a pipeline. It gets the descriptors that are named here, and no
 * others. Made by {@link #of}.
 *
 * @param arguments the program and its arguments
 * @param inputs the child's inputs by descriptor; 0 is among them
 * @param outputs the targets of the child's outputs by descriptor; 1 and 2 are among them
 * @param terminal the size of a terminal of its own for 0, 1 and 2, or null
 * @param attributes used for the first program; the others join its group
 * @param settings settings that differ from those of this process
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
    /** The default of standard output and error. */
    public static final OutputTarget CAPTURED =
            new OutputTarget.Captured(OutputTarget.Captured.DEFAULT_LIMIT, OutputTarget.Keep.STOP);

    private static final InputSource EMPTY = new InputSource.Empty();
    private static final Directory INHERITED = new Directory.Inherited();

    /** The program and its arguments, at least one, without NUL. */
    public static Builder of(List<byte[]> arguments) {
        return new Builder(arguments);
    }

    /** The size of a terminal, in characters. */
    public record TerminalSize(int columns, int rows) {}

    /**
     * The defaults are no input, output and error captured, environment and directory of this process, clean
     * dispositions and mask. For one thread.
     */
    public static final class Builder {
        private final List<byte[]> arguments;
        private final SortedMap<Integer, InputSource> inputs = new TreeMap<>();
        private final SortedMap<Integer, OutputTarget> outputs = new TreeMap<>();
        private ChildEnvironment environment = ChildEnvironment.INHERITED;
        private Directory directory = INHERITED;
        private @Nullable TerminalSize terminal;
        private @Nullable SpawnAttributes attributes;
        private ProcessSettings settings = ProcessSettings.NONE;

        private Builder(List<byte[]> arguments) {
            this.arguments = arguments;
            inputs.put(0, EMPTY);
            outputs.put(1, CAPTURED);
            outputs.put(2, CAPTURED);
        }

        public Builder environment(ChildEnvironment ofChild) {
            environment = ofChild;
            return this;
        }

        public Builder directory(Directory start) {
            directory = start;
            return this;
        }

        public Builder stdin(InputSource source) {
            return input(0, source);
        }

        public Builder input(int descriptor, InputSource source) {
            inputs.put(descriptor, source);
            return this;
        }

        public Builder stdout(OutputTarget target) {
            return output(1, target);
        }

        public Builder stderr(OutputTarget target) {
            return output(2, target);
        }

        public Builder output(int descriptor, OutputTarget target) {
            outputs.put(descriptor, target);
            return this;
        }

        public Builder terminal(@Nullable TerminalSize size) {
            terminal = size;
            return this;
        }

        /** Default: {@link SpawnAttributes#CLEAN}, in a session of its own if it has a terminal. */
        public Builder attributes(SpawnAttributes given) {
            attributes = given;
            return this;
        }

        public Builder settings(ProcessSettings ofChild) {
            settings = ofChild;
            return this;
        }

        public ProgramSpec build() {
            SpawnAttributes clean = terminal == null ? SpawnAttributes.CLEAN : SpawnAttributes.CLEAN_SESSION;
            return new ProgramSpec(
                    arguments,
                    environment,
                    directory,
                    inputs,
                    outputs,
                    terminal,
                    attributes == null ? clean : attributes,
                    settings);
        }
    }
}
