package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.siginfo_t;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Calls on processes and process groups: kill(2), waitid(2), wait4(2), pidfd_open(2), pidfd_send_signal(2). */
public final class Processes {
    /** Linux 6.9; in no header of the C libraries in use, so it is written here and not in the bindings. */
    private static final int PIDFD_SIGNAL_PROCESS_GROUP = 1 << 2;

    private static final MethodHandle KILL = Downcall.withErrno(Libc.kill$address(), Libc.kill$descriptor());
    private static final MethodHandle WAITID = Downcall.withErrno(Libc.waitid$address(), Libc.waitid$descriptor());
    private static final MethodHandle WAIT4 = Downcall.withErrno(Libc.wait4$address(), Libc.wait4$descriptor());

    // glibc has wrappers since 2.36 only; the numbers are the same on every architecture.
    private static final MethodHandle PIDFD_OPEN = Downcall.variadicWithErrno(
            Libc.syscall.address(),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            1);
    private static final MethodHandle PIDFD_SEND_SIGNAL = Downcall.variadicWithErrno(
            Libc.syscall.address(),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT),
            1);

    private Processes() {}

    /**
     * kill(2): a process if {@code target} is positive, the group {@code -target} if it is below -1. Only for a number
     * that is pinned by a process that has not been reaped, or by the caller being in it.
     */
    public static int kill(CallState state, int target, int signal) {
        try {
            return state.outcome((int) KILL.invokeExact(state.segment, target, signal));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** The process group of {@code pid}, or the negated errno. */
    public static int groupOf(CallState state, int pid) {
        try {
            return state.outcome((int) Group.GETPGID.invokeExact(state.segment, pid));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** Apart: only pipelines need it. */
    private static final class Group {
        static final MethodHandle GETPGID = Downcall.withErrno(Libc.getpgid$address(), Libc.getpgid$descriptor());
    }

    /** A close-on-exec descriptor for the process, or the negated errno. */
    public static int openPidfd(CallState state, int pid) {
        try {
            return (int)
                    state.outcome((long) PIDFD_OPEN.invokeExact(state.segment, (long) Libc.SYS_pidfd_open(), pid, 0));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** Signals the one process that {@code pidfd} refers to; -ESRCH once it has been reaped. */
    public static int signal(CallState state, int pidfd, int signal) {
        return sendSignal(state, pidfd, signal, 0);
    }

    /**
     * Signals every process in the group that the process of {@code pidfd} leads or led. The kernel keeps the identity,
     * not the number, so it is safe at any time; once the leader is reaped, -ESRCH proves that the group is empty.
     * Linux 6.9, see {@link KernelFeatures#PIDFD_GROUP_SIGNAL}.
     */
    public static int signalGroup(CallState state, int pidfd, int signal) {
        return sendSignal(state, pidfd, signal, PIDFD_SIGNAL_PROCESS_GROUP);
    }

    private static int sendSignal(CallState state, int pidfd, int signal, int flags) {
        try {
            return (int) state.outcome((long) PIDFD_SEND_SIGNAL.invokeExact(
                    state.segment, (long) Libc.SYS_pidfd_send_signal(), pidfd, signal, MemorySegment.NULL, flags));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** Whether the child behind {@code pidfd} has exited. Leaves it a zombie, so that its numbers stay its own. */
    public static boolean hasExited(CallState state, int pidfd, WaitBuffer buffer) {
        // waitid succeeds with si_pid 0 when nothing has changed state, and glibc does not clear it before.
        siginfo_t.si_signo(buffer.info, 0);
        int result;
        do {
            try {
                result = state.outcome((int) WAITID.invokeExact(
                        state.segment,
                        Libc.P_PIDFD(),
                        pidfd,
                        buffer.info,
                        Libc.WEXITED() | Libc.WNOHANG() | Libc.WNOWAIT()));
            } catch (Throwable thrown) {
                throw Downcall.failed(thrown);
            }
        } while (result == -Errno.EINTR);
        // ECHILD: somebody in this process has waited for all children. The child is gone, which is what was asked.
        return result == -Errno.ECHILD || (result == 0 && siginfo_t.si_signo(buffer.info) != 0);
    }

    /**
     * The signal that has stopped the child {@code pid} since this was last asked, or 0. See waitid(2): its exit is left to
     * {@link #reap}.
     */
    public static int stopSignal(CallState state, int pid, WaitBuffer buffer) {
        siginfo_t.si_signo(buffer.info, 0);
        int result;
        try {
            result = state.outcome((int) WAITID.invokeExact(
                    state.segment, Libc.P_PID(), pid, buffer.info, Libc.WSTOPPED() | Libc.WNOHANG()));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
        if (result != 0 || siginfo_t.si_signo(buffer.info) == 0) {
            return 0;
        }
        return siginfo_t._sifields._sigchld.si_status(siginfo_t._sifields._sigchld(siginfo_t._sifields(buffer.info)));
    }

    /** The pid if the child was reaped, 0 if it has not exited, else the negated errno. Fills {@code buffer}. */
    public static int reap(CallState state, int pid, WaitBuffer buffer) {
        return wait4(state, pid, buffer, Libc.WNOHANG());
    }

    /** Like {@link #reap}, and waits for the exit. */
    public static int reapWaiting(CallState state, int pid, WaitBuffer buffer) {
        return wait4(state, pid, buffer, 0);
    }

    private static int wait4(CallState state, int pid, WaitBuffer buffer, int options) {
        int result;
        do {
            try {
                result = state.outcome(
                        (int) WAIT4.invokeExact(state.segment, pid, buffer.status, options, buffer.usage));
            } catch (Throwable thrown) {
                throw Downcall.failed(thrown);
            }
        } while (result == -Errno.EINTR);
        return result;
    }
}
