package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What this kernel and libc can do, probed once. */
public final class KernelFeatures {
    /** pidfd_send_signal(2) with PIDFD_SIGNAL_PROCESS_GROUP, Linux 6.9. */
    public static final boolean PIDFD_GROUP_SIGNAL = probeGroupSignal();

    /** pidfd_send_signal(2) at all: a filter of system calls, as of a container, may refuse it. */
    public static final boolean PIDFD_SIGNAL = PIDFD_GROUP_SIGNAL || probeSignal();

    private KernelFeatures() {}

    /**
     * Refuses with one sentence what is too old to run on: Linux before 5.4 (pidfd_open(2)) and a libc without
     * posix_spawn_file_actions_addclosefrom_np(3) (glibc before 2.34, musl).
     */
    public static void requireMinimum() {
        if (!"Linux".equals(System.getProperty("os.name"))) {
            throw new UnsupportedOperationException(
                    "Leash runs on Linux only, this is " + System.getProperty("os.name"));
        }
        try (Arena arena = Arena.ofConfined()) {
            CallState state = CallState.in(arena);
            int self = Processes.openPidfd(state, ownPid());
            // EMFILE and the like say that the call exists; the start that needs it will report them.
            if (self == -Errno.ENOSYS) {
                throw new UnsupportedOperationException(
                        "Leash needs Linux 5.4 or newer (pidfd_open), this is " + System.getProperty("os.version"));
            }
            Descriptors.closeIfOpen(state, self);
        }
        try {
            MemorySegment ignored = Libc.posix_spawn_file_actions_addclosefrom_np$address();
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            throw new UnsupportedOperationException(
                    "Leash needs glibc 2.34 or newer (posix_spawn_file_actions_addclosefrom_np)", e);
        }
    }

    /** The version of glibc; null if the libc is another one. */
    public static @Nullable String libcVersion() {
        try {
            CFunction version =
                    CFunction.of(Libc.gnu_get_libc_version$address(), Libc.gnu_get_libc_version$descriptor());
            return MemorySegment.ofAddress(version.callLong(CallState.UNREAD))
                    .reinterpret(Long.MAX_VALUE)
                    .getString(0);
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            return null;
        }
    }

    /** Whether close_range(2) is there; without it libc closes descriptors one by one. */
    public static boolean closeRange() {
        CFunction call = CFunction.variadic(Libc.syscall.address());
        try (CallState state = CallState.open()) {
            // No descriptor has such a number.
            return call.callLong(state, Libc.SYS_close_range(), -1, -1, 0) == 0;
        }
    }

    private static boolean probeGroupSignal() {
        try (Arena arena = Arena.ofConfined()) {
            CallState state = CallState.in(arena);
            int self = Processes.openPidfd(state, ownPid());
            if (self < 0) {
                return false;
            }
            // Signal 0 to the own group changes nothing. ESRCH: this process leads none. An older kernel answers EINVAL
            // to the
            // flag, a filter of system calls whatever it likes: only what works is used.
            int answer = Processes.signalGroup(state, self, 0);
            Descriptors.close(state, self);
            return answer == 0 || answer == -Errno.ESRCH;
        }
    }

    private static boolean probeSignal() {
        try (Arena arena = Arena.ofConfined()) {
            CallState state = CallState.in(arena);
            int self = Processes.openPidfd(state, ownPid());
            int answer = self < 0 ? self : Processes.signal(state, self, 0);
            Descriptors.closeIfOpen(state, self);
            return answer == 0;
        }
    }

    private static int ownPid() {
        return (int) ProcessHandle.current().pid();
    }
}
