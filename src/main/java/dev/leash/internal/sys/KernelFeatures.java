package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What this kernel and libc can do, probed once. */
public final class KernelFeatures {
    /** pidfd_send_signal(2) with PIDFD_SIGNAL_PROCESS_GROUP, Linux 6.9. */
    public static final boolean PIDFD_GROUP_SIGNAL = probeGroupSignal();

    /** pidfd_send_signal(2) at all: a seccomp filter, as of a container, may refuse it. */
    public static final boolean PIDFD_SIGNAL = PIDFD_GROUP_SIGNAL || probeSignal();

    /**
     * Set to true, it makes starts use what they use on musl, though this libc has more: for tests and trials only.
     */
    private static final String FORCED = "leash.unsharedStarts";

    /**
     * Whether posix_spawn(3) can close in the child what the child is not given: on glibc from 2.34 on. Elsewhere each
     * start takes a thread, and a table of descriptors that is a copy.
     */
    public static final boolean CLOSES_IN_CHILD = !Boolean.getBoolean(FORCED) && !isMissing(new AddCloseFrom());

    private KernelFeatures() {}

    /**
     * Throws, with one sentence, where Leash cannot run: on Linux before 5.4 (pidfd_open(2), waitid(2) of a pidfd),
     * with a seccomp filter that refuses these calls, without a /proc of its own pid namespace, on a libc without
     * posix_spawn_file_actions_addchdir_np(3) (glibc before 2.29, musl before 1.1.24), and where neither the libc can
     * keep descriptors from a child (glibc before 2.34, musl) nor the kernel can (Linux before 5.11).
     */
    public static void requireMinimum() {
        if (!"Linux".equals(System.getProperty("os.name"))) {
            throw new UnsupportedOperationException(
                    "Leash runs on Linux only, this is " + System.getProperty("os.name"));
        }
        try (Arena arena = Arena.ofConfined()) {
            CallState state = CallState.in(arena);
            int self = Processes.openPidfd(state, ownPid());
            int waited = self < 0 ? 0 : Processes.tryWait(state, self);
            Descriptors.closeIfOpen(state, self);
            require("pidfd_open", self, 5, 4);
            require("waitid", waited, 5, 4);
            requireCleanStart(CLOSES_IN_CHILD ? 0 : DescriptorTable.tryDetach(state));
        }
        requireOwnProc();
        requireLibc(new AddChangeOfDirectory());
    }

    /** Where /proc is that of another namespace, the numbers in it are those of other processes. */
    private static void requireOwnProc() {
        String self;
        try {
            self = Files.readSymbolicLink(Path.of("/proc/self")).toString();
        } catch (IOException e) {
            throw new UnsupportedOperationException("Leash needs /proc, which is not mounted here, see proc(5)", e);
        }
        if (!self.equals(Integer.toString(ownPid()))) {
            throw new UnsupportedOperationException("/proc shows another pid namespace, in which this process is "
                    + self + " instead of " + ownPid() + ": mount the own one, as unshare --mount-proc does");
        }
    }

    /** Whether posix_spawn(3) has an attribute for the cgroup of the child: on glibc from 2.39 on. */
    public static boolean startsInCgroup() {
        return CLOSES_IN_CHILD && !isMissing(new SetCgroup());
    }

    // Classes, since the first lambda of a JVM takes milliseconds to link.

    private static final class AddCloseFrom implements Supplier<MemorySegment> {
        @Override
        public MemorySegment get() {
            return Libc.posix_spawn_file_actions_addclosefrom_np$address();
        }
    }

    private static final class SetCgroup implements Supplier<MemorySegment> {
        @Override
        public MemorySegment get() {
            return Libc.posix_spawnattr_setcgroup_np$address();
        }
    }

    private static final class AddChangeOfDirectory implements Supplier<MemorySegment> {
        @Override
        public MemorySegment get() {
            return Libc.posix_spawn_file_actions_addchdir_np$address();
        }
    }

    private static final class GnuVersion implements Supplier<MemorySegment> {
        @Override
        public MemorySegment get() {
            return Libc.gnu_get_libc_version$address();
        }
    }

    static void requireLibc(Supplier<MemorySegment> newest) {
        if (isMissing(newest)) {
            throw new UnsupportedOperationException("Leash needs glibc 2.29 or newer, or musl 1.1.24 or newer"
                    + " (posix_spawn_file_actions_addchdir_np)");
        }
    }

    /** @param closeRange 0 if a start can do without it, or with it; the negated errno if it needs it and cannot */
    static void requireCleanStart(int closeRange) {
        if (closeRange < 0) {
            boolean isRefused = Refusal.isFilters(-closeRange) && !Refusal.isOlder(5, 11);
            throw new UnsupportedOperationException(
                    Refusal.sentence("close_range with CLOSE_RANGE_CLOEXEC", -closeRange, 5, 11)
                            + "; without it Leash needs glibc 2.34 or newer (posix_spawn_file_actions_addclosefrom_np)"
                            + (isRefused ? ". " + Refusal.REMEDY : ""));
        }
    }

    /** The bindings throw one LinkageError at the first attempt, and another one at the next. */
    private static boolean isMissing(Supplier<MemorySegment> symbol) {
        try {
            MemorySegment ignored = symbol.get();
            return false;
        } catch (LinkageError e) {
            return true;
        }
    }

    private static void require(String call, int outcome, int major, int minor) {
        // EMFILE and the like prove that the call exists; the start that needs it reports them.
        boolean scarce = outcome == -Errno.EMFILE || outcome == -Errno.ENFILE || outcome == -Errno.ENOMEM;
        if (outcome < 0 && !scarce) {
            boolean isRefused = Refusal.isFilters(-outcome) && !Refusal.isOlder(major, minor);
            throw new UnsupportedOperationException(
                    Refusal.sentence(call, -outcome, major, minor) + (isRefused ? ". " + Refusal.REMEDY : ""));
        }
    }

    /** The version of glibc; null if the libc is another one. */
    public static @Nullable String libcVersion() {
        if (isMissing(new GnuVersion())) {
            return null;
        }
        CFunction version = CFunction.of(Libc.gnu_get_libc_version$address(), Libc.gnu_get_libc_version$descriptor());
        return MemorySegment.ofAddress(version.callLong(CallState.UNREAD))
                .reinterpret(Long.MAX_VALUE)
                .getString(0);
    }

    private static boolean probeGroupSignal() {
        try (Arena arena = Arena.ofConfined()) {
            CallState state = CallState.in(arena);
            int self = Processes.openPidfd(state, ownPid());
            if (self < 0) {
                return false;
            }
            // Signal 0 to its own group changes nothing. ESRCH means that this process leads none. An older kernel
            // answers EINVAL to the flag, a seccomp filter any errno: any other result means that it does not work.
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
