package dev.leash.internal.access;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.sys.SpawnAttributes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the command needs of the library and no user does. It is a client of {@code dev.leash}, but one that gives a program
 * what its own caller had, byte for byte and by number, and that is told of signals on the loop's thread. These methods reach
 * what is not public there, as the JDK's SharedSecrets do. For any thread.
 */
public abstract class CommandAccess {
    private static volatile @Nullable CommandAccess library;

    protected CommandAccess() {}

    /** The library's. */
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

    /** One whose thread does all there is to do, and that leaves the end of the JVM to its caller. */
    public abstract Supervisor supervisor(boolean guarded) throws IOException;

    /** Its loop, which brings signals and calls back at a time. */
    public abstract EventLoop loop(Supervisor supervisor);

    /** As {@link Supervisor#start}; {@code caller} is told if the start has to wait, and asked for how long. */
    public abstract Child start(Supervisor supervisor, Command command, Patience.Caller caller) throws SpawnException;

    /** As {@link Child#signal}, without waiting until it is sent, and without a word of what came of it. */
    public abstract void signal(Child child, int signal);

    // ---- What a program gets that the command's caller had.

    /** Exactly these entries of environ(7), whatever they look like; {@link Command#env} changes them. */
    public abstract Command environment(Command command, List<byte[]> entries);

    /** To start in an open directory, which may have no path any more. */
    public abstract Command directory(Command command, int fd);

    /** With what signals are blocked and ignored, and whether it leads a session. */
    public abstract Command attributes(Command command, SpawnAttributes attributes);

    /** As {@link Command#input}, for any descriptor. */
    public abstract Command input(Command command, int descriptor, Stdin input);

    /** A descriptor of this process. It stays open until the start has returned. */
    public abstract Stdin stdin(int fd);

    /** A descriptor of this process. It stays open until the start has returned. */
    public abstract Output output(int fd);

    /** No standard input at all. */
    public abstract Stdin closedStdin();

    /** No standard output, or error, at all. */
    public abstract Output closedOutput();

    /** As {@link Output#to}, into a stream for one run that is closed at the end, and so can tell it. */
    public abstract Output into(OutputStream stream);

    // ---- What a look at this machine finds.

    /** Why nothing can be done to a process before its program starts, as limits need it; null if it can. */
    public abstract @Nullable String gateObstacle();

    // ---- What a report says and no user has asked for yet.

    /** The errno with which the kernel refused a signal to a process of the run; 0 if it refused none. */
    public abstract int refusal(Result result);

    /** The limits that were reached, for people, to be put after how it ended; empty if there are none. */
    public abstract String limits(Result result);

    /** What all processes of the run's cgroup have used together; null if it had none. */
    public abstract @Nullable GroupUse use(Result result);

    /** Each number is -1 if the kernel does not tell it. */
    public record GroupUse(long memoryPeakBytes, long pidsPeak, long userNanos, long systemNanos) {}
}
