package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.posix_spawn_file_actions_t;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The file actions of one posix_spawn(3): what the child does with its descriptors and directory between fork and exec,
 * in the order of the calls here. libc copies what it is given, so paths may be freed at once.
 */
public final class SpawnActions implements AutoCloseable {
    private static final MethodHandle INIT = Downcall.plain(
            Libc.posix_spawn_file_actions_init$address(), Libc.posix_spawn_file_actions_init$descriptor());
    private static final MethodHandle DESTROY = Downcall.plain(
            Libc.posix_spawn_file_actions_destroy$address(), Libc.posix_spawn_file_actions_destroy$descriptor());
    private static final MethodHandle DUP2 = Downcall.plain(
            Libc.posix_spawn_file_actions_adddup2$address(), Libc.posix_spawn_file_actions_adddup2$descriptor());
    private static final MethodHandle OPEN = Downcall.plain(
            Libc.posix_spawn_file_actions_addopen$address(), Libc.posix_spawn_file_actions_addopen$descriptor());
    private static final MethodHandle CLOSE_FROM = Downcall.plain(
            Libc.posix_spawn_file_actions_addclosefrom_np$address(),
            Libc.posix_spawn_file_actions_addclosefrom_np$descriptor());

    final MemorySegment actions;

    public SpawnActions(Arena arena) {
        actions = posix_spawn_file_actions_t.allocate(arena);
        try {
            check((int) INIT.invokeExact(actions));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** Makes {@code to} a duplicate of {@code from} that survives exec, also where both are the same number. */
    public void dup2(int from, int to) {
        try {
            check((int) DUP2.invokeExact(actions, from, to));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** Opens {@code path} as descriptor {@code fd}. */
    public void open(int fd, MemorySegment path, int flags, int mode) {
        try {
            check((int) OPEN.invokeExact(actions, fd, path, flags, mode));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    public void close(int fd) {
        try {
            check((int) Rare.CLOSE.invokeExact(actions, fd));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** Closes {@code least} and all above. */
    public void closeFrom(int least) {
        try {
            check((int) CLOSE_FROM.invokeExact(actions, least));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    public void changeDirectory(MemorySegment path) {
        try {
            check((int) Rare.CHDIR.invokeExact(actions, path));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    public void changeDirectory(int fd) {
        try {
            check((int) Rare.FCHDIR.invokeExact(actions, fd));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    @Override
    public void close() {
        try {
            int ignored = (int) DESTROY.invokeExact(actions);
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** These functions fail for lack of memory, or for a descriptor number that is none. */
    private static void check(int error) {
        if (error == Errno.ENOMEM) {
            throw new OutOfMemoryError("posix_spawn file actions");
        }
        if (error != 0) {
            throw new IllegalStateException("posix_spawn file actions: " + Errno.name(error));
        }
    }

    /** Linked only when a command asks for a directory or for a closed stream. */
    private static final class Rare {
        static final MethodHandle CLOSE = Downcall.plain(
                Libc.posix_spawn_file_actions_addclose$address(), Libc.posix_spawn_file_actions_addclose$descriptor());
        static final MethodHandle CHDIR = Downcall.plain(
                Libc.posix_spawn_file_actions_addchdir_np$address(),
                Libc.posix_spawn_file_actions_addchdir_np$descriptor());
        static final MethodHandle FCHDIR = Downcall.plain(
                Libc.posix_spawn_file_actions_addfchdir_np$address(),
                Libc.posix_spawn_file_actions_addfchdir_np$descriptor());
    }
}
