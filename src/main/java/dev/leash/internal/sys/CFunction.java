package dev.leash.internal.sys;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A function of libc. One method handle calls all of them, as if each took six longs and returned one: to link a
 * handle for one more signature costs the JVM as much as loading a hundred classes, and a start needs thirty
 * functions.
 *
 * <p>Both ABIs that Leash runs on allow it. The System V ABI for x86-64 and AAPCS64 pass each of the first six
 * integers and pointers in a register of its own, and a function that takes an {@code int} ignores the upper half. It
 * also ignores registers beyond its parameters. The result is in one register, whose upper half is undefined if the
 * type is {@code int}. Variadic functions take integers in the same way (Linux only; the linker sets AL to the number
 * of vector arguments, none, in every call).
 *
 * <p>An address is a number here, so the linker cannot keep its memory alive. A caller must use memory that it closes
 * itself or that is still reachable after the call.
 */
final class CFunction {
    /** The type that the linker uses for every function. */
    static final FunctionDescriptor TYPE = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);

    private static final int VARIADIC = -1;
    private static final MethodHandle CALL =
            Linker.nativeLinker().downcallHandle(TYPE, Linker.Option.captureCallState("errno"));

    private final MemorySegment address;
    private final int parameters;

    private CFunction(MemorySegment address, int parameters) {
        this.address = address;
        this.parameters = parameters;
    }

    /** The function at {@code address}, with the type that the bindings have for it. */
    static CFunction of(MemorySegment address, FunctionDescriptor type) {
        assert fitsRegisters(type) : type;
        return new CFunction(address, type.argumentLayouts().size());
    }

    /** A function with any number of parameters, such as fcntl(2). */
    static CFunction variadic(MemorySegment address) {
        return new CFunction(address, VARIADIC);
    }

    // Each number of arguments has a method of its own: an array of them would take heap, which a call that gives
    // something back must not need, and time wherever Java is interpreted.

    /** Calls a function that returns an {@code int}. The negated errno if that is -1. */
    int call(CallState state) {
        return state.outcome((int) invoke(state, 0, 0, 0, 0, 0, 0, 0));
    }

    int call(CallState state, long a) {
        return state.outcome((int) invoke(state, 1, a, 0, 0, 0, 0, 0));
    }

    int call(CallState state, long a, long b) {
        return state.outcome((int) invoke(state, 2, a, b, 0, 0, 0, 0));
    }

    int call(CallState state, long a, long b, long c) {
        return state.outcome((int) invoke(state, 3, a, b, c, 0, 0, 0));
    }

    int call(CallState state, long a, long b, long c, long d) {
        return state.outcome((int) invoke(state, 4, a, b, c, d, 0, 0));
    }

    int call(CallState state, long a, long b, long c, long d, long e) {
        return state.outcome((int) invoke(state, 5, a, b, c, d, e, 0));
    }

    int call(CallState state, long a, long b, long c, long d, long e, long f) {
        return state.outcome((int) invoke(state, 6, a, b, c, d, e, f));
    }

    /** Calls a function that returns an {@code int} which may be -1 without an error. */
    int callPlain(CallState state, long a, long b) {
        return (int) invoke(state, 2, a, b, 0, 0, 0, 0);
    }

    /** Calls a function that returns a {@code long}, a size or a pointer. The negated errno if that is -1. */
    long callLong(CallState state) {
        return state.outcome(invoke(state, 0, 0, 0, 0, 0, 0, 0));
    }

    long callLong(CallState state, long a) {
        return state.outcome(invoke(state, 1, a, 0, 0, 0, 0, 0));
    }

    long callLong(CallState state, long a, long b, long c) {
        return state.outcome(invoke(state, 3, a, b, c, 0, 0, 0));
    }

    long callLong(CallState state, long a, long b, long c, long d) {
        return state.outcome(invoke(state, 4, a, b, c, d, 0, 0));
    }

    long callLong(CallState state, long a, long b, long c, long d, long e) {
        return state.outcome(invoke(state, 5, a, b, c, d, e, 0));
    }

    long callLong(CallState state, long a, long b, long c, long d, long e, long f) {
        return state.outcome(invoke(state, 6, a, b, c, d, e, f));
    }

    private long invoke(CallState state, int given, long a, long b, long c, long d, long e, long f) {
        assert state.isCallers() : state.misuse();
        assert parameters == VARIADIC || parameters == given : parameters + " parameters, not " + given;
        try {
            return (long) CALL.invokeExact(address, state.segment, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw failed(thrown);
        }
    }

    private static boolean fitsRegisters(FunctionDescriptor type) {
        for (MemoryLayout layout : type.argumentLayouts()) {
            if (!isInteger(layout)) {
                return false;
            }
        }
        return type.argumentLayouts().size() <= TYPE.argumentLayouts().size()
                && type.returnLayout().map(CFunction::isInteger).orElse(true);
    }

    private static boolean isInteger(MemoryLayout layout) {
        return layout instanceof ValueLayout
                && !(layout instanceof ValueLayout.OfFloat)
                && !(layout instanceof ValueLayout.OfDouble);
    }

    /** C functions do not throw, so the exception comes from the JVM. */
    private static RuntimeException failed(Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            return e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        return new IllegalStateException(thrown);
    }
}
