package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.__sigset_t;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.LockSupport;

/** What a process does to itself: setpgid(2), pthread_sigmask(3), prctl(2). For the command, which owns its process. */
public final class OwnProcess {
    private static final MethodHandle GETPGRP = Downcall.plain(Libc.getpgrp$address(), Libc.getpgrp$descriptor());

    private OwnProcess() {}

    /** The process group that this process is in. */
    public static int group() {
        try {
            return (int) GETPGRP.invokeExact();
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** Makes this process the leader of a group of its own; the negated errno for the leader of a session, which is one. */
    public static int leadGroup(CallState state) {
        MethodHandle setpgid = Downcall.withErrno(Libc.setpgid$address(), Libc.setpgid$descriptor());
        try {
            return state.outcome((int) setpgid.invokeExact(state.segment, 0, 0));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** Lets {@code signal} reach the calling thread, and so this process, though the caller of this process blocked it. */
    public static void unblock(CallState state, int signal) {
        MethodHandle sigmask = Downcall.withErrno(Libc.pthread_sigmask$address(), Libc.pthread_sigmask$descriptor());
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment set = __sigset_t.allocate(scratch);
            set.set(ValueLayout.JAVA_LONG, 0, 1L << (signal - 1));
            int ignored = (int) sigmask.invokeExact(state.segment, Libc.SIG_UNBLOCK(), set, MemorySegment.NULL);
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /**
     * Sends {@code signal} to this process, and waits for a moment: if a default disposition ends it, this does not return,
     * though the thread that the kernel chooses may not be the calling one.
     */
    public static void raise(CallState state, int signal) {
        MethodHandle getpid = Downcall.plain(Libc.getpid$address(), Libc.getpid$descriptor());
        try {
            Processes.kill(state, (int) getpid.invokeExact(), signal);
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
        LockSupport.parkNanos(1_000_000_000);
    }

    /** From now on this process leaves no core dump; false if that is refused. */
    public static boolean disableCoreDumps(CallState state) {
        MethodHandle prctl = Downcall.variadicWithErrno(
                Libc.prctl.address(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
                1);
        try {
            return state.outcome((int) prctl.invokeExact(state.segment, Libc.PR_SET_DUMPABLE(), 0L)) == 0;
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }
}
