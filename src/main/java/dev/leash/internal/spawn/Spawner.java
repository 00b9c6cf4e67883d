package dev.leash.internal.spawn;

import dev.leash.SpawnException;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Spawn;
import dev.leash.internal.sys.SpawnActions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * posix_spawn(3) with the search and the fall-backs of execvp(3). The calling thread sleeps until the exec is done, as
 * after vfork(2): this is for the caller's thread, not for the loop's.
 */
public final class Spawner {
    private static final byte[] SHELL = "/bin/sh".getBytes(StandardCharsets.US_ASCII);

    /** Nine pauses, half a second in all. */
    private static final long FIRST_BUSY_PAUSE_NANOS = 1_000_000;

    private static final long LONGEST_BUSY_PAUSE_NANOS = 256_000_000;

    private final CallState state;
    private final Arena scratch;
    private final SpawnRequest request;
    private final ProgramSearch search;

    private final ChildSlot born;

    private Spawner(CallState state, Arena scratch, SpawnRequest request, ChildSlot born) {
        this.born = born;
        this.state = state;
        this.scratch = scratch;
        this.request = request;
        this.search = new ProgramSearch(state, scratch, request);
    }

    /**
     * Starts the program and returns its pid. It is this process's child and, by then, leads the group it was asked to.
     *
     * @param born tells the pid also where this does not return, for an Error
     */
    public static int spawn(CallState state, SpawnRequest request, ChildSlot born) throws SpawnException {
        try (Arena scratch = Arena.ofConfined()) {
            return new Spawner(state, scratch, request, born).spawn();
        }
    }

    private int spawn() throws SpawnException {
        FailureDiagnosis diagnosis = new FailureDiagnosis(state, scratch, request, search);
        List<byte[]> candidates = search.candidates();
        if (candidates.isEmpty()) {
            throw diagnosis.notFound();
        }
        MemorySegment argv = NativeStrings.table(scratch, request.arguments());
        MemorySegment envp = environment();
        try (SpawnActions actions = new SpawnActions(scratch)) {
            describe(actions);
            SpawnException first = null;
            for (byte[] candidate : candidates) {
                int result = start(candidate, actions, argv, envp);
                if (result == -Errno.ENOEXEC) {
                    // A text file without #!: execvp hands it to the shell.
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
        }
    }

    /**
     * Tries again where the program is open for writing: this process may just have written it, and closed it, while a child
     * of another start still held all descriptors, as it does until it executes its own program. That takes no time to speak
     * of, where it is not kept from the processor.
     */
    private int start(byte[] program, SpawnActions actions, MemorySegment argv, MemorySegment envp) {
        MemorySegment path = Spawn.terminated(scratch, program);
        long pauseNanos = FIRST_BUSY_PAUSE_NANOS;
        while (true) {
            request.beforeEachChild().run();
            int result = Spawn.start(path, actions, request.attributes(), argv, envp, born);
            if (result != -Errno.ETXTBSY || pauseNanos > LONGEST_BUSY_PAUSE_NANOS) {
                return result;
            }
            Clock.sleep(pauseNanos);
            pauseNanos *= 2;
        }
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
        List<byte[]> entries = request.environment().entries();
        return entries == null ? Spawn.ownEnvironment() : NativeStrings.table(scratch, entries);
    }

    private void describe(SpawnActions actions) {
        for (DescriptorAction action : request.descriptors()) {
            action.addTo(actions, scratch);
        }
        request.directory().addTo(actions, scratch);
        if (request.closeFrom() >= 0) {
            actions.closeFrom(request.closeFrom());
        }
        for (byte[] gate : request.gates()) {
            // A child that waits here has the parent's descriptors no more: the guardian would wait for it.
            actions.open(request.closeFrom(), Spawn.terminated(scratch, gate), Spawn.readOnly(), 0);
            actions.close(request.closeFrom());
        }
    }
}
