package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Checks of paths that are given as bytes. java.nio.file cannot do them: it encodes with the locale's charset and has
 * no path for a name that this charset lacks.
 */
public final class NativePaths {
    private static final CFunction ACCESS = CFunction.of(Libc.access$address(), Libc.access$descriptor());

    private NativePaths() {}

    /** 0 if {@code path} exists, else the negated errno. */
    public static int exists(CallState state, Arena scratch, byte[] path) {
        return access(state, scratch, path, Libc.F_OK());
    }

    /** 0 if {@code path} may be executed, or searched if it is a directory; else the negated errno. See access(2). */
    public static int executable(CallState state, Arena scratch, byte[] path) {
        return access(state, scratch, path, Libc.X_OK());
    }

    /** 0 if {@code path} is a directory that may be entered; else the negated errno. */
    public static int enterable(CallState state, Arena scratch, byte[] path) {
        if (path.length == 0) {
            return -Errno.ENOENT; // as chdir(2); with "/." appended it would be the root
        }
        // "path/." resolves only if it is a directory, on every architecture, without a struct stat.
        byte[] inside = java.util.Arrays.copyOf(path, path.length + 2);
        inside[path.length] = '/';
        inside[path.length + 1] = '.';
        return access(state, scratch, inside, Libc.X_OK());
    }

    private static int access(CallState state, Arena scratch, byte[] path, int mode) {
        return ACCESS.call(state, terminated(scratch, path).address(), mode);
    }

    static MemorySegment terminated(Arena scratch, byte[] text) {
        MemorySegment copy = scratch.allocate(text.length + 1L);
        MemorySegment.copy(MemorySegment.ofArray(text), 0, copy, 0, text.length);
        return copy;
    }
}
