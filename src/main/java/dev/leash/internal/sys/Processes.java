package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.ref.Reference;

/** Calls on processes and process groups: kill(2), waitid(2), wait4(2), pidfd_open(2), pidfd_send_signal(2). */
public final class Processes {
    /** Linux 6.9; not in the headers of the C libraries in use, so it is defined here and not in the bindings. */
    private static final int PIDFD_SIGNAL_PROCESS_GROUP = 1 << 2;

    private static final CFunction KILL = CFunction.of(Libc.kill$address(), Libc.kill$descriptor());
    private static final CFunction WAITID = CFunction.of(Libc.waitid$address(), Libc.waitid$descriptor());
    private static final CFunction WAIT4 = CFunction.of(Libc.wait4$address(), Libc.wait4$descriptor());

    // glibc has wrappers only since 2.36; the numbers are the same on every architecture.
    private static final CFunction PIDFD_OPEN = CFunction.variadic(Libc.syscall.address());
    private static final CFunction PIDFD_SEND_SIGNAL = CFunction.variadic(Libc.syscall.address());

    private Processes() {}

    /**
     * kill(2): a process if {@code target} is positive, the group {@code -target} if it is below -1. Only for a
     * number that cannot be reused: because its process is not reaped, or because the caller is in the group.
     */
    public static int kill(CallState state, int target, int signal) {
        return KILL.call(state, target, signal);
    }

    /** The process group of {@code pid}, or the negated errno. */
    public static int groupOf(CallState state, int pid) {
        return Group.GETPGID.call(state, pid);
    }

    /** A class of its own: only pipelines need it. */
    private static final class Group {
        static final CFunction GETPGID = CFunction.of(Libc.getpgid$address(), Libc.getpgid$descriptor());
    }

    /** A close-on-exec descriptor for the process, or the negated errno. */
    public static int openPidfd(CallState state, int pid) {
        return (int) PIDFD_OPEN.callLong(state, Libc.SYS_pidfd_open(), pid, 0);
    }

    /** Signals the one process that {@code pidfd} refers to; -ESRCH once it has been reaped. */
    public static int signal(CallState state, int pidfd, int signal) {
        return sendSignal(state, pidfd, signal, 0);
    }

    /** Whether the process that {@code pidfd} refers to has not been reaped: also if it may not be signalled. */
    public static boolean exists(CallState state, int pidfd) {
        return signal(state, pidfd, 0) != -Errno.ESRCH;
    }

    /**
     * Signals every process in the group that the process of {@code pidfd} leads or led. The pidfd names the group
     * itself, not its number, so this is safe at any time; once the leader is reaped, -ESRCH proves that the group is
     * empty. Linux 6.9, see {@link KernelFeatures#PIDFD_GROUP_SIGNAL}.
     */
    public static int signalGroup(CallState state, int pidfd, int signal) {
        return sendSignal(state, pidfd, signal, PIDFD_SIGNAL_PROCESS_GROUP);
    }

    /**
     * Signals a child that has not been reaped, so that {@code pid} cannot be reused: by pid if a seccomp filter
     * refuses pidfd_send_signal(2).
     */
    public static int signalUnreaped(CallState state, int pid, int pidfd, int signal) {
        return pidfd >= 0 && KernelFeatures.PIDFD_SIGNAL ? signal(state, pidfd, signal) : kill(state, pid, signal);
    }

    /**
     * The errno with which the kernel refuses to signal the process of {@code pidfd}, usually EPERM; 0 if it does not
     * refuse, or if the process has been reaped. Signal 0 is never delivered, and needs the same permission as all
     * signals but CONT.
     */
    public static int refusal(CallState state, int pidfd) {
        int answer = signal(state, pidfd, 0);
        return answer == -Errno.ESRCH ? 0 : -answer;
    }

    private static int sendSignal(CallState state, int pidfd, int signal, int flags) {
        return (int) PIDFD_SEND_SIGNAL.callLong(state, Libc.SYS_pidfd_send_signal(), pidfd, signal, 0, flags);
    }

    /**
     * Returns 0 if waitid(2) accepts a pidfd, tried with this process, which is not its own child; otherwise the
     * negated errno.
     */
    static int tryWait(CallState state, int pidfd) {
        WaitBuffer buffer = state.waits();
        int options = Libc.WEXITED() | Libc.WNOHANG() | Libc.WNOWAIT();
        try {
            int result = WAITID.call(state, Libc.P_PIDFD(), pidfd, buffer.info.address(), options);
            return result == -Errno.ECHILD ? 0 : result;
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** Whether the child behind {@code pidfd} has exited. Leaves it a zombie, so that its pid cannot be reused. */
    public static boolean hasExited(CallState state, int pidfd) {
        WaitBuffer buffer = state.waits();
        buffer.clearInfo();
        int result;
        do {
            result = WAITID.call(
                    state,
                    Libc.P_PIDFD(),
                    pidfd,
                    buffer.info.address(),
                    Libc.WEXITED() | Libc.WNOHANG() | Libc.WNOWAIT());
        } while (result == -Errno.EINTR);
        // ECHILD means that other code in this process has waited for all children. So the child has exited.
        return result == -Errno.ECHILD || (result == 0 && buffer.hasInfo());
    }

    /**
     * The signal that has stopped the child {@code pid} since the last call, or 0. See waitid(2). Does not consume
     * its exit: {@link #reap} does.
     */
    public static int stopSignal(CallState state, int pid) {
        WaitBuffer buffer = state.waits();
        buffer.clearInfo();
        int result = WAITID.call(state, Libc.P_PID(), pid, buffer.info.address(), Libc.WSTOPPED() | Libc.WNOHANG());
        if (result != 0 || !buffer.hasInfo()) {
            return 0;
        }
        return buffer.reportedStatus();
    }

    /**
     * The pid of a child in the group that has exited, 0 if none has, or the negated errno: ECHILD if no child is in
     * that group. Leaves the child a zombie.
     */
    public static int zombieInGroup(CallState state, int group) {
        WaitBuffer buffer = state.waits();
        buffer.clearInfo();
        int result;
        do {
            result = WAITID.call(
                    state,
                    Libc.P_PGID(),
                    group,
                    buffer.info.address(),
                    Libc.WEXITED() | Libc.WNOHANG() | Libc.WNOWAIT());
        } while (result == -Errno.EINTR);
        return result < 0 ? result : buffer.hasInfo() ? buffer.reportedPid() : 0;
    }

    /** Reaps the process of {@code pidfd} if it is a child that has exited. Returns whether it did. */
    public static boolean reapByPidfd(CallState state, int pidfd) {
        WaitBuffer buffer = state.waits();
        buffer.clearInfo();
        int result;
        do {
            result = WAITID.call(state, Libc.P_PIDFD(), pidfd, buffer.info.address(), Libc.WEXITED() | Libc.WNOHANG());
        } while (result == -Errno.EINTR);
        return result == 0 && buffer.hasInfo();
    }

    /**
     * The pid if the child was reaped, 0 if it has not exited, else the negated errno. {@link WaitBuffer#exit} then
     * holds its status.
     */
    public static int reap(CallState state, int pid) {
        return wait4(state, pid, Libc.WNOHANG());
    }

    /** Like {@link #reap}, and waits for the exit. */
    public static int reapWaiting(CallState state, int pid) {
        return wait4(state, pid, 0);
    }

    private static int wait4(CallState state, int pid, int options) {
        WaitBuffer buffer = state.waits();
        int result;
        do {
            try {
                result = WAIT4.call(state, pid, buffer.status.address(), options, buffer.usage.address());
            } finally {
                Reference.reachabilityFence(buffer);
            }
        } while (result == -Errno.EINTR);
        return result;
    }
}
