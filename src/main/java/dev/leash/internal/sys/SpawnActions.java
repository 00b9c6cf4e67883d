package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.posix_spawn_file_actions_t;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The file actions of one posix_spawn(3): what the child does with its descriptors and directory between fork and
 * exec, in the order of the calls here. libc copies what it is given, so paths may be freed at once.
 */
public final class SpawnActions implements AutoCloseable {
    private static final CFunction INIT =
            CFunction.of(Libc.posix_spawn_file_actions_init$address(), Libc.posix_spawn_file_actions_init$descriptor());
    private static final CFunction DESTROY = CFunction.of(
            Libc.posix_spawn_file_actions_destroy$address(), Libc.posix_spawn_file_actions_destroy$descriptor());
    private static final CFunction DUP2 = CFunction.of(
            Libc.posix_spawn_file_actions_adddup2$address(), Libc.posix_spawn_file_actions_adddup2$descriptor());
    private static final CFunction OPEN = CFunction.of(
            Libc.posix_spawn_file_actions_addopen$address(), Libc.posix_spawn_file_actions_addopen$descriptor());

    final MemorySegment actions;

    public SpawnActions(Arena arena) {
        actions = posix_spawn_file_actions_t.allocate(arena);
        check(INIT.call(CallState.UNREAD, actions.address()));
    }

    /** Makes {@code to} a duplicate of {@code from} that survives exec, even if both numbers are the same. */
    public void dup2(int from, int to) {
        check(DUP2.call(CallState.UNREAD, actions.address(), from, to));
    }

    /** Opens {@code path} as descriptor {@code fd}. */
    public void open(int fd, MemorySegment path, int flags, int mode) {
        check(OPEN.call(CallState.UNREAD, actions.address(), fd, path.address(), flags, mode));
    }

    public void close(int fd) {
        check(Rare.CLOSE.call(CallState.UNREAD, actions.address(), fd));
    }

    /** Closes descriptor {@code least} and all above it. Only where {@link KernelFeatures#CLOSES_IN_CHILD}. */
    public void closeFrom(int least) {
        check(InNewGlibc.CLOSE_FROM.call(CallState.UNREAD, actions.address(), least));
    }

    public void changeDirectory(MemorySegment path) {
        check(Rare.CHDIR.call(CallState.UNREAD, actions.address(), path.address()));
    }

    public void changeDirectory(int fd) {
        check(Rare.FCHDIR.call(CallState.UNREAD, actions.address(), fd));
    }

    @Override
    public void close() {
        // It only frees memory and cannot fail.
        int ignored = DESTROY.call(CallState.UNREAD, actions.address());
    }

    /** These functions fail for lack of memory or for an invalid descriptor number. */
    private static void check(int error) {
        if (error == Errno.ENOMEM) {
            throw new OutOfMemoryError("posix_spawn file actions");
        }
        if (error != 0) {
            throw new IllegalStateException("posix_spawn file actions: " + Errno.name(error));
        }
    }

    /** A class of its own, since musl and glibc before 2.34 do not have it. */
    private static final class InNewGlibc {
        static final CFunction CLOSE_FROM = CFunction.of(
                Libc.posix_spawn_file_actions_addclosefrom_np$address(),
                Libc.posix_spawn_file_actions_addclosefrom_np$descriptor());
    }

    /** A class of its own: linked only when a command has a directory or a closed stream. */
    private static final class Rare {
        static final CFunction CLOSE = CFunction.of(
                Libc.posix_spawn_file_actions_addclose$address(), Libc.posix_spawn_file_actions_addclose$descriptor());
        static final CFunction CHDIR = CFunction.of(
                Libc.posix_spawn_file_actions_addchdir_np$address(),
                Libc.posix_spawn_file_actions_addchdir_np$descriptor());
        static final CFunction FCHDIR = CFunction.of(
                Libc.posix_spawn_file_actions_addfchdir_np$address(),
                Libc.posix_spawn_file_actions_addfchdir_np$descriptor());
    }
}
