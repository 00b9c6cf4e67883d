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
 * One program of a run: the only one, or a stage of a pipeline. It gets the descriptors that are named here, and no other.
 * Made by {@link #of}.
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
    /** Standard output and error where nothing else is said. */
    public static final OutputTarget CAPTURED =
            new OutputTarget.Captured(OutputTarget.Captured.DEFAULT_LIMIT, OutputTarget.Keep.STOP);

    private static final InputSource EMPTY = new InputSource.Empty();
    private static final Directory INHERITED = new Directory.Inherited();

    /** The program and its arguments, at least one, without NUL. */
    public static Builder of(List<byte[]> arguments) {
        return new Builder(arguments);
    }

    /** Of a terminal, in characters. */
    public record TerminalSize(int columns, int rows) {}

    /**
     * No input, output and error captured, environment and directory those of this process, dispositions and mask clean. For
     * one thread.
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

        /** Else {@link SpawnAttributes#CLEAN}, in a session of its own where it has a terminal. */
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
