package dev.leash.internal.supervise;

import dev.leash.internal.io.Input;
import dev.leash.internal.io.Output;
import dev.leash.internal.spawn.DescriptorAction;
import dev.leash.internal.spawn.SpawnFailure;
import dev.leash.internal.spawn.SpawnRequest;
import dev.leash.internal.spawn.Spawner;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.WaitBuffer;
import java.util.ArrayList;
import java.util.List;

/** Makes the pipes of a run and starts its leader, on the calling thread. After a failure nothing is left. */
final class Starter {
    private static final int NO_PIPE = -1;

    private final CallState state;
    private final RunSpec spec;
    private final List<DescriptorAction> actions = new ArrayList<>();
    private final List<Integer> childsEnds = new ArrayList<>();
    private final List<Integer> ownEnds = new ArrayList<>();

    private Starter(CallState state, RunSpec spec) {
        this.state = state;
        this.spec = spec;
    }

    static Started start(RunSpec spec) throws SpawnFailure {
        try (CallState state = CallState.open()) {
            return new Starter(state, spec).start();
        }
    }

    private Started start() throws SpawnFailure {
        boolean started = false;
        try {
            int stdin = input();
            int stdout = output(1, spec.stdout());
            int stderr = output(2, spec.stderr());
            actions.addAll(spec.extraDescriptors());
            long startNanos = Clock.monotonicNanos();
            int pid = Spawner.spawn(
                    state,
                    new SpawnRequest(
                            spec.arguments(),
                            spec.environment(),
                            spec.directory(),
                            actions,
                            spec.attributes(),
                            spec.closeOthers()));
            closeAll(childsEnds);
            int pidfd = openPidfd(pid);
            started = true;
            return new Started(pid, pidfd, stdin, stdout, stderr, startNanos);
        } finally {
            if (!started) {
                closeAll(childsEnds);
                closeAll(ownEnds);
            }
        }
    }

    /** This process's end of the pipe to standard input, if there is one. */
    private int input() throws SpawnFailure {
        switch (spec.stdin()) {
            case Input.Empty ignored -> actions.add(new DescriptorAction.Null(0, false));
            case Input.Inherited ignored -> {}
            case Input.Descriptor source -> actions.add(new DescriptorAction.Duplicate(source.fd(), 0));
            case Input.Closed ignored -> actions.add(new DescriptorAction.Close(0));
            case Input.Bytes ignored -> {
                Pipe pipe = pipe();
                return connect(0, pipe.readEnd(), pipe.writeEnd());
            }
        }
        return NO_PIPE;
    }

    private int output(int target, Output output) throws SpawnFailure {
        switch (output) {
            case Output.Inherited ignored -> {}
            case Output.Discarded ignored -> actions.add(new DescriptorAction.Null(target, true));
            // Standard output is in place by now, whatever it is.
            case Output.Merged ignored -> actions.add(new DescriptorAction.Duplicate(1, target));
            case Output.Descriptor sink -> actions.add(new DescriptorAction.Duplicate(sink.fd(), target));
            case Output.Closed ignored -> actions.add(new DescriptorAction.Close(target));
            case Output.Captured ignored -> {
                Pipe pipe = pipe();
                return connect(target, pipe.writeEnd(), pipe.readEnd());
            }
        }
        return NO_PIPE;
    }

    private Pipe pipe() throws SpawnFailure {
        Pipe pipe = Descriptors.pipe(state);
        if (pipe.readEnd() < 0) {
            throw limit(-pipe.readEnd(), "no pipe for the child's standard streams");
        }
        return pipe;
    }

    private int connect(int target, int childsEnd, int ownEnd) {
        childsEnds.add(childsEnd);
        ownEnds.add(ownEnd);
        Descriptors.setNonBlocking(state, ownEnd);
        actions.add(new DescriptorAction.Duplicate(childsEnd, target));
        return ownEnd;
    }

    private int openPidfd(int pid) throws SpawnFailure {
        int pidfd = Processes.openPidfd(state, pid);
        if (pidfd < 0) {
            // A child that cannot be watched must not run on, nor what it may have started by now. It has not been
            // reaped, so the number is its own; where it leads no group there is none of that number.
            Processes.kill(state, -pid, StopStep.SIGKILL);
            Processes.kill(state, pid, StopStep.SIGKILL);
            Processes.reapWaiting(state, pid, new WaitBuffer());
            throw limit(-pidfd, "no descriptor to watch the child with");
        }
        return pidfd;
    }

    private SpawnFailure limit(int errno, String what) {
        byte[] program = spec.arguments().getFirst();
        return new SpawnFailure(
                SpawnFailure.Kind.LIMIT,
                errno,
                program,
                "could not start " + new String(program, java.nio.charset.StandardCharsets.UTF_8) + ": " + what + ": "
                        + Errno.description(errno) + " (" + Errno.name(errno) + ")");
    }

    private void closeAll(List<Integer> descriptors) {
        for (int fd : descriptors) {
            Descriptors.close(state, fd);
        }
        descriptors.clear();
    }
}
