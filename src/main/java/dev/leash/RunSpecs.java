package dev.leash;

import dev.leash.internal.io.InputSource;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.SpawnErrors;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.sys.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Translates a {@link Command} into the terms of the kernel. */
final class RunSpecs {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;

    private RunSpecs() {}

    /** @throws SpawnException if something holds a NUL */
    static RunSpec of(Command command) throws SpawnException {
        CommandSettings rules = command.draft();
        List<Command> programs = command.programs();
        refuseUnreachablePipes(programs);
        List<ProgramSpec> stages = new ArrayList<>();
        for (Command program : programs) {
            stages.add(stage(program));
        }
        if (rules.idleNanos != Long.MAX_VALUE && !observesOutput(stages)) {
            throw new IllegalArgumentException(
                    "an idle timeout needs output that passes through Leash, and " + command + " has none");
        }
        return RunSpec.of(stages)
                .timeoutNanos(rules.timeoutNanos)
                .idleNanos(rules.idleNanos)
                .outputLimit(rules.outputLimit)
                .stopPlan(rules.stopPlan.steps())
                .leaveStragglers(rules.stragglers == StragglerPolicy.LEAVE)
                .drainNanos(rules.drainNanos)
                .containment(rules.containment)
                .limits(rules.limits)
                .counters(rules.counters)
                .build();
    }

    private static boolean observesOutput(List<ProgramSpec> stages) {
        return stages.stream().anyMatch(stage -> stage.outputs().entrySet().stream()
                .anyMatch(output -> isSeenOrCannotBe(output.getValue())
                        && (output.getKey() != STDOUT || stage.equals(stages.getLast()))));
    }

    /** A descriptor that the program does not have carries no output that could pass Leash by. */
    private static boolean isSeenOrCannotBe(OutputTarget output) {
        return output.observed() || output instanceof OutputTarget.Closed;
    }

    private static ProgramSpec stage(Command command) throws SpawnException {
        CommandSettings draft = command.draft();
        byte[] program = draft.arguments.getFirst();
        for (int index = 0; index < draft.arguments.size(); index++) {
            String what = index == 0 ? "the program" : "argument " + index;
            refuseNul(command, what, draft.arguments.get(index), program);
        }
        for (byte[] entry : draft.environment.changes()) {
            refuseNul(command, "a variable", entry, program);
        }
        if (draft.terminal != null) {
            refuseToPassBy(command);
        }
        ProgramSpec.Builder spec = ProgramSpec.of(draft.arguments)
                .environment(draft.environment.resolve())
                .terminal(draft.terminal)
                .directory(draft.directory)
                .settings(draft.settings);
        if (draft.attributes != null) {
            spec.attributes(draft.attributes);
        }
        if (draft.directory instanceof Directory.Path named) {
            refuseNul(command, "the directory", named.path(), named.path());
        }
        for (Map.Entry<Integer, Stdin> input : draft.inputs.entrySet()) {
            InputSource source = input.getValue().input();
            if (source instanceof InputSource.File file) {
                refuseNul(command, "the path for descriptor " + input.getKey(), file.path(), file.path());
            }
            spec.input(input.getKey(), source);
        }
        for (Map.Entry<Integer, Output> output : draft.outputs.entrySet()) {
            OutputTarget target = output.getValue().output();
            if (target instanceof OutputTarget.File file) {
                refuseNul(command, "the path for descriptor " + output.getKey(), file.path(), file.path());
            }
            spec.output(output.getKey(), target);
        }
        return spec.build();
    }

    private static void refuseToPassBy(Command command) {
        CommandSettings draft = command.draft();
        Output stdout = draft.outputs.get(STDOUT);
        if (stdout != null && !stdout.output().observed()) {
            throw new IllegalArgumentException("what appears on a terminal passes through Leash: the output of "
                    + command + " can be captured, consumed or a pipe");
        }
        InputSource stdin = draft.inputs.getOrDefault(STDIN, Stdin.empty()).input();
        if (stdin instanceof InputSource.File || stdin instanceof InputSource.Inherited) {
            throw new IllegalArgumentException("what is typed into a terminal passes through Leash: the input of "
                    + command + " can be anything but a file or the JVM's own");
        }
    }

    /** A pipe whose other end no caller can reach would block its program for ever. */
    private static void refuseUnreachablePipes(List<Command> stages) {
        for (int place = 0; place < stages.size(); place++) { // by place: the same command may be there twice
            Command stage = stages.get(place);
            CommandSettings draft = stage.draft();
            boolean fed = place > 0 && isPiped(draft.inputs, STDIN, Stdin::isPipe);
            boolean read = place < stages.size() - 1 && isPiped(draft.outputs, STDOUT, Output::isPipe);
            if (fed || read) {
                throw new IllegalArgumentException("in a pipeline the first program's inputs can be pipes and the last"
                        + " one's outputs, but not those of " + stage);
            }
        }
    }

    /** @param replaced the descriptor that the pipeline itself takes */
    private static <T> boolean isPiped(Map<Integer, T> streams, int replaced, Predicate<T> isPipe) {
        return streams.entrySet().stream()
                .anyMatch(stream -> stream.getKey() != replaced && isPipe.test(stream.getValue()));
    }

    private static void refuseNul(Command command, String what, byte[] bytes, byte[] path) throws SpawnException {
        for (byte b : bytes) {
            if (b == 0) {
                throw SpawnErrors.of(
                        SpawnException.Kind.INVALID_ARGUMENT,
                        Errno.EINVAL,
                        path,
                        "could not start " + command + ": " + what + " holds a NUL (" + Errno.name(Errno.EINVAL) + ")");
            }
        }
    }
}
