package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/** posix_spawn(3) itself. */
public final class Spawn {
    private static final CFunction POSIX_SPAWN =
            CFunction.of(Libc.posix_spawn$address(), Libc.posix_spawn$descriptor());

    private Spawn() {}

    /** Loads what {@link #start} needs: for a thread that must not have to load a class later. */
    public static void load() {
        OwnChildren.startEnds(0, 0);
    }

    /**
     * The child's pid, which libc stores in {@code born} before it returns, or the negated error: that of posix_spawn
     * itself, or of the file action or exec that failed in the child. glibc reports these synchronously and has
     * reaped the child.
     */
    public static int start(
            MemorySegment path,
            SpawnActions actions,
            SpawnAttributes attributes,
            MemorySegment argv,
            MemorySegment envp,
            ChildSlot born) {
        int error = 1;
        long start = OwnChildren.startBegins();
        born.startNanos = Clock.monotonicNanos();
        try {
            error = POSIX_SPAWN.call(
                    CallState.UNREAD,
                    born.pid.address(),
                    path.address(),
                    actions.actions.address(),
                    attributes.attributes.address(),
                    argv.address(),
                    envp.address());
        } finally {
            OwnChildren.startEnds(start, error == 0 ? born.pid() : 0);
            Reference.reachabilityFence(attributes);
            Reference.reachabilityFence(envp);
            Reference.reachabilityFence(born);
        }
        return error == 0 ? born.pid() : -error;
    }

    /**
     * Starts a program that does not exist, in a cgroup: the negated errno, which is ENOTDIR if there was a child.
     *
     * @param cgroup a descriptor of its directory
     */
    public static int tryInCgroup(int cgroup) {
        try (Arena scratch = Arena.ofConfined();
                SpawnActions none = new SpawnActions(scratch)) {
            MemorySegment noArguments = scratch.allocate(Long.BYTES, Long.BYTES);
            return start(
                    terminated(scratch, "/dev/null/no-program".getBytes(StandardCharsets.US_ASCII)),
                    none,
                    SpawnAttributes.CLEAN.inCgroup(cgroup),
                    noArguments,
                    noArguments,
                    new ChildSlot());
        }
    }

    /** A copy of {@code text} with a terminating NUL. */
    public static MemorySegment terminated(Arena scratch, byte[] text) {
        return NativePaths.terminated(scratch, text);
    }

    /** The pointer table environ(7) of this process, for a child that inherits it unchanged. */
    public static MemorySegment ownEnvironment() {
        return Libc.environ();
    }

    /** Also for a terminal, which must not become the controlling one. */
    public static int readOnlyNoTerminal() {
        return Libc.O_RDONLY() | Libc.O_NOCTTY();
    }

    public static int readOnly() {
        return Libc.O_RDONLY();
    }

    public static int readWrite() {
        return Libc.O_RDWR();
    }

    public static int writeOnly() {
        return Libc.O_WRONLY();
    }
}
