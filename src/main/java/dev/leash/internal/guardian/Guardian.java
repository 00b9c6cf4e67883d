package dev.leash.internal.guardian;

import static dev.leash.internal.sys.SignalNumbers.SIGALRM;
import static dev.leash.internal.sys.SignalNumbers.SIGHUP;
import static dev.leash.internal.sys.SignalNumbers.SIGINT;
import static dev.leash.internal.sys.SignalNumbers.SIGPIPE;
import static dev.leash.internal.sys.SignalNumbers.SIGQUIT;
import static dev.leash.internal.sys.SignalNumbers.SIGTERM;
import static dev.leash.internal.sys.SignalNumbers.SIGTSTP;
import static dev.leash.internal.sys.SignalNumbers.SIGTTIN;
import static dev.leash.internal.sys.SignalNumbers.SIGTTOU;
import static dev.leash.internal.sys.SignalNumbers.SIGUSR1;
import static dev.leash.internal.sys.SignalNumbers.SIGUSR2;

import dev.leash.SpawnException;
import dev.leash.internal.events.Log;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.Registration;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.DescriptorAction;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.LateReaper;
import dev.leash.internal.spawn.SpawnRequest;
import dev.leash.internal.spawn.SpawnUndo;
import dev.leash.internal.spawn.Spawner;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.EnvironmentBlock;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.InheritedMark;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SignalSet;
import dev.leash.internal.sys.SpawnAttributes;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends the children of a JVM that is killed or crashes: a shell in a session of its own that waits for the end of a
 * pipe whose other end only this JVM holds, and then kills the runs in the {@link GuardianTable}. Each engine has
 * one, from its beginning to its end; if it dies meanwhile, it is started again.
 *
 * <p>PR_SET_PDEATHSIG would not do: it fires when the thread that started the child ends, and reaches no grandchild.
 */
public final class Guardian {
    private static final String SHELL = "/bin/sh";
    private static final byte[] ROOT = "/".getBytes(StandardCharsets.US_ASCII);

    /**
     * Blocked until the script has set what to ignore: HUP INT QUIT USR1 USR2 PIPE ALRM TERM TSTP TTIN TTOU, bit n-1
     * each.
     */
    private static final long BLOCKED = SignalSet.bits(
            SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU);

    private static final SpawnAttributes ATTRIBUTES = SpawnAttributes.createSession(-1, BLOCKED);

    /** The variables that it needs: where to find programs, and to which outer runs this process belongs. */
    private static final List<String> VARIABLES = List.of("PATH=", "LEASH_RUN=");

    private static final int FIRST_CLOSED = 3;

    private static final long PAUSE_NANOS = 1_000_000_000;

    private final EventLoop loop;
    private final GuardianTable table;

    // Guarded by this.
    private int pid;
    private int pidfd;
    private int pipe;
    private boolean running;
    private boolean ended;
    private boolean closed;

    /** Whether it could not be started again. Written by the thread that tries; there is one at a time. */
    private volatile boolean failing;

    // For the loop's thread.
    private @Nullable Registration watch;
    private long startedNanos;

    /** Starts the guardian. {@link #watch} has to follow on the loop's thread. */
    public Guardian(EventLoop loop) throws IOException {
        this.loop = loop;
        try (CallState state = CallState.open()) {
            table = new GuardianTable(state);
            boolean started = false;
            try {
                started = start(state);
            } finally {
                if (!started) {
                    table.close(state);
                }
            }
        }
    }

    public GuardianTable table() {
        return table;
    }

    /** Returns whether it was started, which it is not after {@link #end}. */
    private synchronized boolean start(CallState state) throws IOException {
        if (ended) {
            return false;
        }
        Descriptors.Pipe ends = Descriptors.pipe(state);
        SystemCallException.check("pipe2", ends.readEnd());
        ChildSlot shell = new ChildSlot();
        int watched = -1;
        try {
            // Written before the start: so a guardian whose JVM dies during the start has all that it needs.
            SystemCallException.check(
                    "write", Descriptors.writeAll(state, ends.writeEnd(), bytes(GuardianScript.TEXT)));
            spawn(state, ends.readEnd(), shell);
            watched = SystemCallException.check("pidfd_open", Processes.openPidfd(state, shell.pid()));
        } finally {
            Descriptors.close(state, ends.readEnd());
            if (watched < 0) {
                Descriptors.close(state, ends.writeEnd());
                if (shell.pid() > 0) {
                    end(state, shell.pid(), watched);
                }
            }
        }
        pid = shell.pid();
        pidfd = watched;
        pipe = ends.writeEnd();
        running = true;
        return true;
    }

    private void spawn(CallState state, int readEnd, ChildSlot shell) throws IOException {
        List<byte[]> command = new ArrayList<>();
        for (String argument :
                GuardianScript.command(SHELL, ProcessHandle.current().pid())) {
            command.add(bytes(argument));
        }
        List<byte[]> environment = new ArrayList<>();
        for (byte[] entry : EnvironmentBlock.own()) {
            String text = new String(entry, StandardCharsets.ISO_8859_1);
            if (VARIABLES.stream().anyMatch(text::startsWith)) {
                environment.add(entry);
            }
        }
        try {
            int ignored = Spawner.spawn(
                    state,
                    new SpawnRequest(
                            command,
                            ChildEnvironment.of(environment),
                            new Directory.Path(ROOT),
                            List.of(
                                    new DescriptorAction.Duplicate(readEnd, 0),
                                    new DescriptorAction.Duplicate(table.fd(), 1),
                                    new DescriptorAction.Null(2, true)),
                            ATTRIBUTES,
                            FIRST_CLOSED),
                    shell);
            InheritedMark.OF_JVM.clear(state, shell.pid()); // other threads may be starting programs
        } catch (SpawnException e) {
            throw new IOException("cannot start the guardian: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Starts to watch it. For the loop's thread. */
    public void watch() {
        startedNanos = Clock.monotonicNanos();
        synchronized (this) {
            if (ended || !running) {
                return;
            }
            try {
                watch = loop.register(pidfd, Epoll.IN, readiness -> died());
            } catch (SystemCallException e) {
                // It works, but its death would go unnoticed.
                watch = null;
            }
        }
    }

    private void died() {
        if (watch != null) {
            watch.cancel();
        }
        synchronized (this) {
            if (!running) {
                return;
            }
            running = false;
            CallState state = loop.callState();
            if (Processes.reap(state, pid) == 0) {
                LateReaper.take(pid); // a tracer has it
            }
            Descriptors.close(state, pidfd);
            Descriptors.close(state, pipe);
        }
        // Started again at once, unless it dies all the time.
        long lived = Clock.monotonicNanos() - startedNanos;
        loop.scheduleAfter(lived > PAUSE_NANOS ? 0 : PAUSE_NANOS, this::startAgain);
    }

    /** On a thread of its own: starting a process may take many milliseconds, and no deadline may wait for that. */
    private void startAgain() {
        Runnable work = () -> {
            try (CallState state = CallState.open()) {
                if (start(state)) {
                    Log.warning("the guardian had died, and was started again");
                }
                failing = false;
                loop.execute(this::watch);
            } catch (IOException e) {
                if (!failing) {
                    failing = true; // tried again every second, reported once
                    Log.error(
                            "the guardian has died and cannot be started again: children will outlive a JVM that is killed",
                            e);
                }
                loop.execute(() -> loop.scheduleAfter(PAUSE_NANOS, this::startAgain));
            }
        };
        try {
            Thread ignored = Thread.ofPlatform().daemon().name("leash-guardian").start(work);
        } catch (OutOfMemoryError e) {
            loop.scheduleAfter(PAUSE_NANOS, this::startAgain);
        }
    }

    /** Ends it, when there are no more runs. Goes on where an error has ended the call before. For any thread. */
    public synchronized void end() {
        ended = true; // it is not started again
        if (closed) {
            return;
        }
        try (CallState state = CallState.open()) {
            if (running) {
                end(state, pid, pidfd);
                running = false; // not before: until it is reaped it would be a zombie of this JVM
                Descriptors.close(state, pidfd);
                Descriptors.close(state, pipe);
            }
            closed = true;
            table.close(state);
        }
    }

    /** It has not been reaped, so the pid is its own. */
    private static void end(CallState state, int pid, int pidfd) {
        // If a seccomp filter refuses this, the guardian exits by itself when its pipe and the table are closed.
        int killed = Processes.signalUnreaped(state, pid, pidfd, StopStep.SIGKILL);
        SpawnUndo.reap(state, pid, killed == 0);
    }
}
