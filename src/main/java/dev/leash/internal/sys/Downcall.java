package dev.leash.internal.sys;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Links the functions that the bindings describe. jextract cannot emit errno capture, so address and descriptor are
 * taken from it and linked again here. A link costs about 0.3 ms: keep the handles in the class that uses them, so that
 * they are made when that class is first needed.
 */
final class Downcall {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

    private Downcall() {}

    static MethodHandle withErrno(MemorySegment function, FunctionDescriptor type) {
        return LINKER.downcallHandle(function, type, CAPTURE_ERRNO);
    }

    static MethodHandle variadicWithErrno(MemorySegment function, FunctionDescriptor type, int firstVariadic) {
        return LINKER.downcallHandle(function, type, CAPTURE_ERRNO, Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** For functions that never set errno: they return their error, or have none. */
    static MethodHandle plain(MemorySegment function, FunctionDescriptor type) {
        return LINKER.downcallHandle(function, type);
    }

    /** What to throw when a handle throws: C functions do not, so it is the JVM's own trouble. */
    static RuntimeException failed(Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            return e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        return new IllegalStateException(thrown);
    }
}
