package dev.leash.internal.spawn;

import dev.leash.SpawnException;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Spawn;
import dev.leash.internal.sys.SpawnActions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * posix_spawn(3) with the search and the fallbacks of execvp(3). The calling thread sleeps until the exec is done, as
 * after vfork(2), so never on the loop's thread.
 */
public final class Spawner {
    private static final byte[] SHELL = "/bin/sh".getBytes(StandardCharsets.US_ASCII);

    /** Nine pauses, half a second in all. */
    private static final long FIRST_BUSY_PAUSE_NANOS = 1_000_000;

    private static final long LONGEST_BUSY_PAUSE_NANOS = 256_000_000;

    private final CallState state;
    /** A process that opens each fifo that it sees does so once in a while, and rarely often enough. */
    private static final int MOST_MISSED = 30;

    private final Arena scratch;
    private final SpawnRequest request;
    private final ProgramSearch search;

    private final ChildSlot born;

    /** Whether the child itself closes what it is not given, as {@link KernelFeatures#CLOSES_IN_CHILD} says. */
    private final boolean closesInChild;

    private Spawner(CallState state, Arena scratch, SpawnRequest request, ChildSlot born, boolean closesInChild) {
        this.born = born;
        this.closesInChild = closesInChild;
        this.state = state;
        this.scratch = scratch;
        this.request = request;
        this.search = new ProgramSearch(state, scratch, request);
    }

    /**
     * Starts the program and returns its pid. It is a child of this process and already leads the group that was
     * asked for.
     *
     * @param born holds the pid even if this throws an Error instead of returning
     */
    public static int spawn(CallState state, SpawnRequest request, ChildSlot born) throws SpawnException {
        return spawn(state, request, born, KernelFeatures.CLOSES_IN_CHILD);
    }

    /** In the given way. */
    static int spawn(CallState state, SpawnRequest request, ChildSlot born, boolean closesInChild)
            throws SpawnException {
        // Not in the header of the try, here and below: where the heap is full the JVM throws the same error object
        // each
        // time, and an error that suppresses itself becomes an IllegalArgumentException.
        Arena scratch = Arena.ofConfined();
        try {
            return new Spawner(state, scratch, request, born, closesInChild).spawn();
        } finally {
            scratch.close();
        }
    }

    private int spawn() throws SpawnException {
        FailureDiagnosis diagnosis = new FailureDiagnosis(state, scratch, request, search);
        byte[] candidate = search.next();
        if (candidate == null) {
            throw diagnosis.notFound();
        }
        MemorySegment argv = NativeStrings.table(scratch, request.arguments());
        MemorySegment envp = environment();
        SpawnActions actions = new SpawnActions(scratch);
        try {
            ChildActions.describe(actions, scratch, request, closesInChild, ChildActions.NONE);
            SpawnException first = null;
            for (; candidate != null; candidate = search.next()) {
                int result = start(candidate, actions, argv, envp);
                if (result == -Errno.ENOEXEC && !ProgramFile.isBinary(search.fromHere(candidate))) {
                    // A text file without #!: execvp runs it with the shell, and so do shells.
                    result = start(SHELL, actions, NativeStrings.table(scratch, shellArguments(candidate)), envp);
                }
                if (result > 0) {
                    return result;
                }
                if (first == null) {
                    first = diagnosis.of(-result, candidate);
                }
                if (!leavesOthersToTry(-result)) {
                    break;
                }
            }
            throw orNotFound(first, diagnosis);
        } finally {
            actions.close();
        }
    }

    /**
     * Tries again if the program's file is open for writing (ETXTBSY). This process may have written and closed it
     * while a child of another start still held copies of all descriptors, as each child does until it executes its
     * own program. That time is very short, unless the child gets no processor.
     *
     * <p>So it does if the child could not be held, which it may be the next time.
     */
    private int start(byte[] program, SpawnActions actions, MemorySegment argv, MemorySegment envp) {
        MemorySegment path = Spawn.terminated(scratch, program);
        long pauseNanos = FIRST_BUSY_PAUSE_NANOS;
        int missed = 0;
        while (true) {
            int result = startOnce(path, actions, argv, envp);
            // A permit that is not given cannot be opened: ENXIO for root, EACCES for others, EIO where it is a
            // terminal.
            boolean refused = result == -Errno.ENXIO || result == -Errno.EACCES || result == -Errno.EIO;
            if (refused && missed < MOST_MISSED && request.holder().mayHaveMissedOne()) {
                missed++;
                continue;
            }
            if (result != -Errno.ETXTBSY || pauseNanos > LONGEST_BUSY_PAUSE_NANOS) {
                return result;
            }
            Clock.sleep(pauseNanos);
            pauseNanos *= 2;
        }
    }

    private int startOnce(MemorySegment path, SpawnActions actions, MemorySegment argv, MemorySegment envp) {
        if (request.closeFrom() >= 0 && !closesInChild) {
            return UnsharedStart.start(request, path, actions, argv, envp, born);
        }
        request.holder().childComes();
        return Spawn.start(path, actions, request.attributes(), argv, envp, born);
    }

    private static SpawnException orNotFound(@Nullable SpawnException first, FailureDiagnosis diagnosis) {
        return first != null ? first : diagnosis.notFound();
    }

    private static boolean leavesOthersToTry(int errno) {
        return errno == Errno.ENOENT || errno == Errno.ENOTDIR || errno == Errno.EACCES;
    }

    private List<byte[]> shellArguments(byte[] script) {
        List<byte[]> arguments = new ArrayList<>(request.arguments());
        arguments.set(0, script);
        arguments.addFirst(SHELL);
        return arguments;
    }

    private MemorySegment environment() {
        return request.environment().table(scratch);
    }
}
