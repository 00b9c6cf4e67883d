package dev.leash;

import dev.leash.internal.contain.Cgroup;
import dev.leash.internal.contain.Cookie;
import dev.leash.internal.contain.FollowedGroup;
import dev.leash.internal.contain.ProcessTree;
import dev.leash.internal.io.InputSource;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.SpawnErrors;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SpawnAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Says in the terms of the kernel what a {@link Command} says. */
final class RunSpecs {
    private static final dev.leash.internal.io.OutputTarget CAPTURE =
            Output.capture().output();
    private static final dev.leash.internal.contain.ProcessSet.Factory GROUP = FollowedGroup.FACTORY;
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private RunSpecs() {}

    /** @throws SpawnException if something holds a NUL */
    static RunSpec of(Command command) throws SpawnException {
        CommandSettings rules = command.draft();
        List<Command> programs = command.stages();
        refuseUnreachablePipes(programs);
        Cookie cookie = rules.containment == Containment.TREE ? Cookie.create() : null;
        List<ProgramSpec> stages = new ArrayList<>();
        for (Command program : programs) {
            stages.add(stage(program, cookie));
        }
        if (rules.idleNanos != Long.MAX_VALUE && !observesOutput(stages)) {
            throw new IllegalArgumentException(
                    "an idle timeout needs output that passes through Leash, and " + command + " has none");
        }
        dev.leash.internal.contain.ProcessSet.Plan members = GROUP;
        if (cookie != null) {
            members = ProcessTree.factory(cookie);
        } else if (rules.containment == Containment.CGROUP) {
            members = Cgroup.plan(rules.limits);
        }
        return new RunSpec(
                stages,
                rules.timeoutNanos,
                rules.idleNanos,
                rules.outputLimit,
                rules.stopPlan.steps(),
                rules.stragglers == StragglerPolicy.LEAVE,
                rules.drainNanos,
                members);
    }

    private static boolean observesOutput(List<ProgramSpec> stages) {
        return stages.stream().anyMatch(stage -> stage.outputs().entrySet().stream()
                .anyMatch(output ->
                        output.getValue().observed() && (output.getKey() != STDOUT || stage.equals(stages.getLast()))));
    }

    private static ProgramSpec stage(Command command, @Nullable Cookie cookie) throws SpawnException {
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
        Directory start = new Directory.Inherited();
        if (draft.directory != null) {
            refuseNul(command, "the directory", draft.directory, draft.directory);
            start = new Directory.Path(draft.directory);
        }
        Environment environment =
                cookie == null ? draft.environment : draft.environment.set(Cookie.variable(), cookie.value());
        return new ProgramSpec(
                draft.arguments,
                environment.resolve(),
                start,
                inputs(draft),
                outputs(draft),
                draft.terminal,
                draft.terminal == null ? SpawnAttributes.CLEAN : SpawnAttributes.CLEAN_SESSION,
                draft.settings);
    }

    private static void refuseToPassBy(Command command) {
        CommandSettings draft = command.draft();
        if (!outputs(draft).getOrDefault(STDOUT, CAPTURE).observed()) {
            throw new IllegalArgumentException("what appears on a terminal passes through Leash: the output of "
                    + command + " can be captured, consumed or a pipe");
        }
        InputSource stdin = draft.inputs.getOrDefault(STDIN, Stdin.empty()).input();
        if (stdin instanceof InputSource.File || stdin instanceof InputSource.Inherited) {
            throw new IllegalArgumentException("what is typed into a terminal passes through Leash: the input of "
                    + command + " can be anything but a file or the JVM's own");
        }
    }

    /** A pipe that nobody can get hold of would stop its program for ever. */
    private static void refuseUnreachablePipes(List<Command> stages) {
        for (Command stage : stages) {
            CommandSettings draft = stage.draft();
            boolean fed = stage != stages.getFirst() && isPiped(draft.inputs, STDIN, Stdin::isPipe);
            boolean read = stage != stages.getLast() && isPiped(draft.outputs, STDOUT, Output::isPipe);
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

    private static SortedMap<Integer, InputSource> inputs(CommandSettings draft) {
        SortedMap<Integer, InputSource> inputs = new TreeMap<>();
        inputs.put(STDIN, Stdin.empty().input());
        draft.inputs.forEach((descriptor, input) -> inputs.put(descriptor, input.input()));
        return inputs;
    }

    private static SortedMap<Integer, dev.leash.internal.io.OutputTarget> outputs(CommandSettings draft) {
        SortedMap<Integer, dev.leash.internal.io.OutputTarget> outputs = new TreeMap<>();
        outputs.put(STDOUT, CAPTURE);
        outputs.put(STDERR, CAPTURE);
        draft.outputs.forEach((descriptor, output) -> outputs.put(descriptor, output.output()));
        return outputs;
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
