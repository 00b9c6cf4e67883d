package dev.leash.internal.access;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.ServiceGroup;
import dev.leash.ServiceGroupHandle;
import dev.leash.ServiceHandle;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.sys.SpawnAttributes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What only the command needs of the library. The command is a client of {@code dev.leash}, but it passes on to a
 * program what its own caller gave it, byte for byte and by number, and it is told of signals on the loop's thread.
 * These methods reach what is not public there, like the JDK's SharedSecrets. For any thread.
 */
public abstract class CommandAccess {
    private static volatile @Nullable CommandAccess library;

    protected CommandAccess() {}

    /** The library's implementation. */
    public static CommandAccess get() {
        CommandAccess known = library;
        if (known == null) {
            Supervisor.Builder ignored = Supervisor.builder(); // its class calls set() when it is initialized
            known = Objects.requireNonNull(library);
        }
        return known;
    }

    /** Called by the library, once. */
    public static void set(CommandAccess access) {
        library = access;
    }

    // ---- The supervisor of a process that belongs to the command.

    /**
     * A supervisor that leaves the end of the JVM to its caller.
     *
     * @param waitingThreads how many threads can drive a run of their own while they wait for its end; with none its loop
     *     does all the work
     */
    public abstract Supervisor supervisor(boolean guarded, int waitingThreads) throws IOException;

    /** Its loop, for signals and timers. */
    public abstract EventLoop loop(Supervisor supervisor);

    /**
     * Like {@link Supervisor#start}; {@code caller} is told if the start has to wait, and asked whether it may go on.
     */
    public abstract Child start(Supervisor supervisor, Command command, Patience.Caller caller) throws SpawnException;

    /** A group that was not started yet, so that who follows its events misses none. */
    public abstract ServiceGroupHandle group(Supervisor supervisor, ServiceGroup group);

    /**
     * Like {@link ServiceGroupHandle#update}.
     *
     * @param added is told of each that is new before it starts, on the loop's thread, so that who follows its events
     *     misses none
     */
    public abstract void update(ServiceGroupHandle handle, ServiceGroup group, Consumer<ServiceHandle> added);

    /** Like {@link Child#signal}, without waiting until it is sent, and without a result. */
    public abstract void signal(Child child, int signal);

    /**
     * The same for the run of a service, if there is one. While it is being started, its program may run before its {@link
     * Child} is known: it gets the signal then.
     */
    public abstract void signal(ServiceHandle service, int signal);

    // ---- What a program gets that the command's caller had.

    /** Exactly these entries of environ(7), in any form; {@link Command#env} changes them. */
    public abstract Command environment(Command command, List<byte[]> entries);

    /** Starts in an open directory, which may have no path any more. */
    public abstract Command directory(Command command, int fd);

    /** Sets which signals are blocked and ignored, and whether the program leads a session. */
    public abstract Command attributes(Command command, SpawnAttributes attributes);

    /** Like {@link Command#input}, for any descriptor. */
    public abstract Command input(Command command, int descriptor, Stdin input);

    /** A descriptor of this process. It stays open until the start has returned. */
    public abstract Stdin stdin(int fd);

    /** A descriptor of this process. It stays open until the start has returned. */
    public abstract Output output(int fd);

    /** Standard input is closed in the child. */
    public abstract Stdin closedStdin();

    /** Standard output or error is closed in the child. */
    public abstract Output closedOutput();

    /** Like {@link Output#to}, into a stream for one run that is closed at the end, so that it learns of the end. */
    public abstract Output into(OutputStream stream);

    // ---- What a look at this machine finds.

    /** Why hooks, which limits need, cannot run before a program starts; null if they can. */
    public abstract @Nullable String fifoObstacle();

    /** What a plan does before it ends in KILL, in its order. */
    public abstract List<StopWait> waits(StopPlan plan);

    /** A signal, and for how long its effect is waited for. */
    public record StopWait(Signal signal, long graceNanos) {}

    // ---- What a report says and no user has asked for yet.

    /** The errno with which the kernel refused a signal to a process of the run; 0 if it refused none. */
    public abstract int refusal(Result result);

    /** The limits that were reached, for display after how the run ended; empty if there are none. */
    public abstract String limits(Result result);

    /** The resources that all processes of the run's cgroup have used together; null if it had none. */
    public abstract @Nullable GroupUse use(Result result);

    /** Each number is -1 if the kernel does not report it. */
    public record GroupUse(
            long memoryPeakBytes,
            long pidsPeak,
            long userNanos,
            long systemNanos,
            long cpuPeriods,
            long cpuPeriodsThrottled,
            long cpuThrottledNanos) {}
}
