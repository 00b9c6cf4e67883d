package dev.leash.internal.start;

import dev.leash.SpawnException;
import dev.leash.internal.contain.Cookie;
import dev.leash.internal.io.InputSource;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.DescriptorAction;
import dev.leash.internal.spawn.FileOpener;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spawn.SpawnErrors;
import dev.leash.internal.spawn.SpawnRequest;
import dev.leash.internal.spawn.SpawnUndo;
import dev.leash.internal.spawn.Spawner;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Descriptors.Pipe;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.EventFd;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.PseudoTerminal;
import dev.leash.internal.sys.SpawnAttributes;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the pipes of one program, opens its files, and starts it. After a failure nothing is left. */
final class ProgramStarter {
    private static final String NO_PIDFD = "no descriptor to watch the child with";
    private static final int NONE = -1;
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    /** A range with more descriptors than this is not closed one by one. */
    private static final int MANY = 1024;

    private final CallState state;
    private final ProgramSpec spec;
    private final int group;
    private final StartListener observer;
    private final StartResources resources;
    private final Patience patience;
    private final @Nullable Cookie cookie;
    private final int cgroup;
    private final int firstFree;
    private final List<DescriptorAction> actions = new ArrayList<>();
    private final ChildSlot slot;
    private final Started.Program program;
    private final List<Integer> childsEnds;
    private final List<Started.End> ownEnds;
    private Map<Integer, OutputTarget.File> files = Map.of();

    /** The child's descriptor that discards what is written to it. */
    private int discarding = NONE;

    /** An end of a pipe that was made for one of the standard streams. */
    private int standardPipe = NONE;

    private ProgramStarter(
            CallState state, ProgramSpec spec, int group, StartListener observer, StartResources resources) {
        this.state = state;
        this.spec = spec;
        this.group = group;
        this.observer = observer;
        this.resources = resources;
        this.patience = resources.patience();
        this.cookie = resources.prepared().cookie();
        this.cgroup = resources.prepared().cgroupDescriptor();
        this.slot = resources.slot;
        this.program = resources.expect();
        this.childsEnds = program.childsEnds();
        this.ownEnds = program.ownEnds();
        this.firstFree = Math.max(highest(spec.inputs()), highest(spec.outputs())) + 1;
    }

    private static int highest(SortedMap<Integer, ?> descriptors) {
        return descriptors.isEmpty() ? STDERR : Math.max(STDERR, descriptors.lastKey());
    }

    /**
     * Starts one program.
     *
     * @param group the group to join, or -1 for the program's own attributes
     * @param fromPrevious the descriptor to use as standard input instead of the specified one, or -1
     * @param toNext the descriptor to use as standard output instead of the specified one, or -1
     * @param resources gets the program and its descriptors. After a failure it contains nothing of this program
     */
    static void start(
            CallState state,
            ProgramSpec spec,
            int group,
            int fromPrevious,
            int toNext,
            StartListener observer,
            StartResources resources)
            throws SpawnException {
        new ProgramStarter(state, spec, group, observer, resources).start(fromPrevious, toNext);
    }

    private void start(int fromPrevious, int toNext) throws SpawnException {
        try {
            if (spec.terminal() != null) {
                terminal(spec.terminal());
            }
            for (Map.Entry<Integer, InputSource> input : spec.inputs().entrySet()) {
                if (input.getKey() == STDIN && fromPrevious != NONE) {
                    give(fromPrevious, STDIN);
                } else if (input.getKey() > STDERR || spec.terminal() == null) {
                    input(input.getKey(), input.getValue());
                }
            }
            for (Map.Entry<Integer, OutputTarget> output : spec.outputs().entrySet()) {
                if (output.getKey() == STDOUT && toNext != NONE) {
                    give(toNext, STDOUT);
                    standardPipe = toNext;
                } else if (output.getKey() > STDERR || spec.terminal() == null) {
                    output(output.getKey(), output.getValue());
                }
            }
            requireOneMore();
            if (group == NONE && standardPipe != NONE) {
                resources.leaderGets(state, standardPipe);
            }
            program.pid = spawn();
            program.startNanos = slot.startNanos();
            observer.born(state, program.pid, group == NONE);
            program.closeChildsEnds(state);
            openPidfd();
        } catch (SpawnException e) {
            // After an Error the owner of the resources cleans up.
            program.closeChildsEnds(state);
            program.closeOwnEnds(state);
            throw e;
        }
    }

    private int spawn() throws SpawnException {
        // Others may be open between the given ones, or be opened by another thread just now; above them one action
        // closes all. It is no error to close a number that is not open.
        for (int fd = STDERR + 1; fd < Math.min(firstFree, MANY); fd++) {
            closeUnlessGiven(fd);
        }
        String[] open = firstFree > MANY ? new File("/proc/self/fd").list() : null;
        for (String fd : open == null ? new String[0] : open) {
            if (Integer.parseInt(fd) >= MANY) {
                closeUnlessGiven(Integer.parseInt(fd));
            }
        }
        return Spawner.spawn(
                state,
                new SpawnRequest(
                        spec.arguments(),
                        environment(),
                        spec.directory(),
                        actions,
                        attributes(),
                        firstFree,
                        observer.execFifos(),
                        observer),
                slot);
    }

    private SpawnAttributes attributes() {
        SpawnAttributes attributes =
                group == NONE ? spec.attributes() : spec.attributes().joining(group);
        return cgroup < 0 ? attributes : attributes.inCgroup(cgroup);
    }

    private ChildEnvironment environment() {
        return cookie == null ? spec.environment() : spec.environment().with(Cookie.variable(), cookie.value());
    }

    private void closeUnlessGiven(int fd) {
        boolean between = fd > STDERR && fd < firstFree;
        if (between && !spec.inputs().containsKey(fd) && !spec.outputs().containsKey(fd)) {
            actions.add(new DescriptorAction.Close(fd));
        }
    }

    private void terminal(ProgramSpec.TerminalSize size) throws SpawnException {
        int master = aboveTargets(check(PseudoTerminal.open(state), "no pseudo-terminal"));
        ownEnds.add(new Started.End(STDOUT, master));
        check(PseudoTerminal.resize(state, master, size.columns(), size.rows()), "no size for its terminal");
        // One descriptor to read from and one to write to: each is polled and closed on its own.
        int writer = check(Descriptors.duplicate(state, master, firstFree), "no descriptor");
        ownEnds.add(new Started.End(STDIN, writer));
        check(Descriptors.setNonBlocking(state, master), "its terminal cannot be read without waiting");
        actions.add(new DescriptorAction.Terminal(STDIN, PseudoTerminal.slave(master)));
        actions.add(new DescriptorAction.Duplicate(STDIN, STDOUT));
        actions.add(new DescriptorAction.Duplicate(STDIN, STDERR));
    }

    private void input(int target, InputSource input) throws SpawnException {
        // Not a switch over the types: for each such switch the JVM makes a class, which its first start would have
        // to wait for.
        if (input.fed()) {
            pipeIn(target);
        } else if (input instanceof InputSource.Empty) {
            actions.add(new DescriptorAction.Null(target, false));
        } else if (input instanceof InputSource.Descriptor source) {
            give(source.fd(), target);
        } else if (input instanceof InputSource.Closed) {
            actions.add(new DescriptorAction.Close(target));
        } else if (input instanceof InputSource.File file) {
            give(openFile(file.path(), OpenFlags.READ), target);
        }
    }

    private void pipeIn(int target) throws SpawnException {
        Pipe pipe = pipe(state, spec);
        childsEnds.add(pipe.readEnd());
        keep(target, pipe.writeEnd());
        give(pipe.readEnd(), target);
    }

    private void output(int target, OutputTarget output) throws SpawnException {
        if (output.observed()) {
            pipeOut(target);
        } else if (output instanceof OutputTarget.Discarded) {
            discard(target);
        } else if (output instanceof OutputTarget.Merged) {
            // Standard output is in place by now, of whatever kind.
            actions.add(new DescriptorAction.Duplicate(STDOUT, target));
        } else if (output instanceof OutputTarget.Descriptor sink) {
            give(sink.fd(), target);
        } else if (output instanceof OutputTarget.Closed) {
            actions.add(new DescriptorAction.Close(target));
        } else if (output instanceof OutputTarget.File file) {
            outputFile(target, file);
        }
    }

    private void discard(int target) {
        actions.add(
                discarding == NONE
                        ? new DescriptorAction.Null(target, true)
                        : new DescriptorAction.Duplicate(discarding, target)); // cheaper than to open it again
        discarding = discarding == NONE ? target : discarding;
    }

    private void pipeOut(int target) throws SpawnException {
        Pipe pipe = pipe(state, spec);
        childsEnds.add(pipe.writeEnd());
        keep(target, pipe.readEnd());
        give(pipe.writeEnd(), target);
    }

    private void outputFile(int target, OutputTarget.File file) throws SpawnException {
        for (Map.Entry<Integer, OutputTarget.File> earlier : files.entrySet()) {
            if (Arrays.equals(earlier.getValue().path(), file.path())) {
                // One open file with one position: otherwise the two would write over each other.
                actions.add(new DescriptorAction.Duplicate(earlier.getKey(), target));
                return;
            }
        }
        give(openFile(file.path(), file.append() ? OpenFlags.APPEND : OpenFlags.TRUNCATE), target);
        if (files.isEmpty()) {
            files = new TreeMap<>();
        }
        files.put(target, file);
    }

    private int openFile(byte[] path, int flags) throws SpawnException {
        FileOpener opener = new FileOpener(path, flags, patience);
        int fd = opener.open(state);
        if (fd < 0) {
            String direction = flags == OpenFlags.READ ? "read from " : "write to ";
            Patience.End givenUp = opener.givenUp();
            String why = givenUp == null ? Errno.description(-fd) : gaveUp(givenUp, opener.awaited());
            throw SpawnErrors.givenUp(
                    givenUp,
                    SpawnException.Kind.REDIRECT,
                    -fd,
                    path,
                    "could not start " + program(spec) + ": cannot " + direction
                            + new String(path, StandardCharsets.UTF_8) + ": " + why + " (" + Errno.name(-fd) + ")");
        }
        childsEnds.add(fd);
        return fd;
    }

    private static String gaveUp(Patience.End why, String awaited) {
        return switch (why) {
            case TIMEOUT -> "the timeout was over before the start could go on: it waited for " + awaited;
            case INTERRUPT -> "interrupted while waiting for " + awaited;
            case CLOSED -> "the supervisor was closed while this waited for " + awaited;
            case CANCELLED -> "cancelled while waiting for " + awaited;
        };
    }

    private void keep(int target, int ownEnd) throws SpawnException {
        if (target <= STDERR) {
            standardPipe = ownEnd;
        }
        ownEnds.add(new Started.End(target, ownEnd));
        // The loop must never wait in a read(2) or write(2).
        check(Descriptors.setNonBlocking(state, ownEnd), "a pipe cannot be used without waiting");
    }

    /** The child's {@code target} becomes {@code source}, also if another target has this number. */
    private void give(int source, int target) throws SpawnException {
        int clear = source;
        if (source < firstFree && source != target) {
            clear = check(Descriptors.duplicate(state, source, firstFree), "no descriptor");
            childsEnds.add(clear);
        }
        actions.add(new DescriptorAction.Duplicate(clear, target));
    }

    private int aboveTargets(int fd) throws SpawnException {
        if (fd >= firstFree) {
            return fd;
        }
        int raised = Descriptors.duplicate(state, fd, firstFree);
        Descriptors.close(state, fd);
        return check(raised, "no descriptor");
    }

    /**
     * Checks that a descriptor is free for the pidfd. A program without a pidfd is killed, so the lack is found
     * before the program has done anything. If it has ends of pipes, their descriptors are free by then.
     */
    private void requireOneMore() throws SpawnException {
        if (childsEnds.isEmpty()) {
            check(EventFd.requireFree(state), NO_PIDFD); // a pidfd would be dear: the kernel makes an inode for it
        }
    }

    private void openPidfd() throws SpawnException {
        int pid = program.pid;
        int pidfd = Processes.openPidfd(state, pid);
        if (pidfd < 0) {
            // A child that cannot be watched must not run on.
            boolean killed = SpawnUndo.kill(state, pid, -1);
            program.pid = 0;
            slot.clear();
            SpawnUndo.reap(state, pid, killed);
        }
        program.pidfd = check(pidfd, NO_PIDFD);
    }

    /** A pipe, both of whose ends are close-on-exec. */
    static Pipe pipe(CallState state, ProgramSpec spec) throws SpawnException {
        Pipe pipe = Descriptors.pipe(state);
        if (pipe.readEnd() < 0) {
            throw limit(spec, -pipe.readEnd(), "no pipe for its standard streams");
        }
        return pipe;
    }

    private int check(int result, String what) throws SpawnException {
        if (result < 0) {
            throw limit(spec, -result, what);
        }
        return result;
    }

    private static SpawnException limit(ProgramSpec spec, int errno, String what) {
        return SpawnErrors.of(
                SpawnException.Kind.LIMIT,
                errno,
                spec.arguments().getFirst(),
                "could not start " + program(spec) + ": " + what + ": " + Errno.named(errno));
    }

    private static String program(ProgramSpec spec) {
        return new String(spec.arguments().getFirst(), StandardCharsets.UTF_8);
    }
}
