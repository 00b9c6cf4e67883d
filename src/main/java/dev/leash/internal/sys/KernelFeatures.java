package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What this kernel and libc can do, probed once. */
public final class KernelFeatures {
    /** pidfd_send_signal(2) with PIDFD_SIGNAL_PROCESS_GROUP, Linux 6.9. */
    public static final boolean PIDFD_GROUP_SIGNAL = probeGroupSignal();

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

    private static boolean probeGroupSignal() {
        try (Arena arena = Arena.ofConfined()) {
            CallState state = CallState.in(arena);
            int self = Processes.openPidfd(state, ownPid());
            if (self < 0) {
                return false;
            }
            // Signal 0 to the own group changes nothing; an older kernel answers EINVAL to the flag.
            int answer = Processes.signalGroup(state, self, 0);
            Descriptors.close(state, self);
            return answer != -Errno.EINVAL;
        }
    }

    private static int ownPid() {
        return (int) ProcessHandle.current().pid();
    }
}
