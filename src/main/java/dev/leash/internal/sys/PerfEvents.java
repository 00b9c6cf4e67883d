package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.perf_event_attr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Events that the kernel counts for the calling thread and what it starts: perf_event_open(2). */
public final class PerfEvents {
    // Bit fields, which jextract leaves out. The lowest bit comes first on both architectures.
    private static final long DISABLED = 1;
    private static final long INHERIT = 1 << 1;

    /** And the hypervisor. */
    private static final long EXCLUDE_KERNEL = 1 << 5 | 1 << 6;

    private static final long ENABLE_ON_EXEC = 1 << 12;

    /** Their place: between two members with names. */
    private static final long FLAGS_OFFSET = perf_event_attr.read_format$offset() + Long.BYTES;

    private static final long READ_BYTES = 3 * Long.BYTES;

    private static final int CALLING_THREAD = 0;
    private static final int ANY_PROCESSOR = -1;
    private static final int NO_LEADER = -1;

    /** The bindings were made on x86-64, where this call has a different number than on later architectures. */
    private static final long PERF_EVENT_OPEN =
            "amd64".equals(System.getProperty("os.arch")) ? Libc.SYS_perf_event_open() : 241;

    private static final CFunction SYSCALL = CFunction.variadic(Libc.syscall.address());
    private static final byte[] PARANOID = "/proc/sys/kernel/perf_event_paranoid".getBytes(StandardCharsets.US_ASCII);

    private PerfEvents() {}

    /**
     * Counts from the next exec on in each process that the calling thread makes from now on, and in all that these make.
     * The thread itself, which executes nothing, is not counted.
     *
     * @param leader counts only while that event does, which was opened by the same thread; -1 for none
     * @param userOnly whether to leave out what the kernel does
     * @return a close-on-exec descriptor, or the negated errno
     */
    public static int open(CallState state, PerfEvent counted, int leader, boolean userOnly) {
        return open(state, counted, leader, DISABLED | INHERIT | ENABLE_ON_EXEC | (userOnly ? EXCLUDE_KERNEL : 0));
    }

    /** An event of the calling thread that never counts, and that nothing inherits; likewise. */
    public static int openGuard(CallState state, PerfEvent counted) {
        return open(state, counted, NO_LEADER, DISABLED | EXCLUDE_KERNEL);
    }

    private static int open(CallState state, PerfEvent counted, int leader, long flags) {
        try (Arena scratch = Arena.ofConfined()) {
            Struct event = Struct.of(scratch, perf_event_attr.layout());
            event.setInt(perf_event_attr.type$offset(), counted.type);
            // The first version has all that is used here, and every kernel knows it.
            event.setInt(perf_event_attr.size$offset(), Libc.PERF_ATTR_SIZE_VER0());
            event.setLong(perf_event_attr.config$offset(), counted.number);
            event.setLong(
                    perf_event_attr.read_format$offset(),
                    Libc.PERF_FORMAT_TOTAL_TIME_ENABLED() | Libc.PERF_FORMAT_TOTAL_TIME_RUNNING());
            event.setLong(FLAGS_OFFSET, flags);
            int fd = (int) SYSCALL.callLong(
                    state,
                    PERF_EVENT_OPEN,
                    event.address(),
                    CALLING_THREAD,
                    ANY_PROCESSOR,
                    leader,
                    Libc.PERF_FLAG_FD_CLOEXEC());
            return Descriptors.raise(state, fd);
        }
    }

    /**
     * What all counted processes have had so far, those that live included.
     *
     * @param into gets the count, and the time in nanoseconds in which it was enabled, and in which it was counted
     * @return 0 or the negated errno
     */
    public static int read(CallState state, int fd, long[] into) {
        MemorySegment buffer = state.page().asSlice(0, READ_BYTES);
        int count = Descriptors.read(state, fd, buffer);
        if (count < 0) {
            return count;
        }
        if (count < READ_BYTES) {
            return -Errno.EIO; // the end of the file: the kernel could never put it on a processor
        }
        for (int index = 0; index < 3; index++) {
            into[index] = buffer.get(ValueLayout.JAVA_LONG, (long) index * Long.BYTES);
        }
        return 0;
    }

    /** kernel.perf_event_paranoid, such as 2; null if this kernel counts nothing at all. */
    public static @Nullable String paranoia(CallState state) {
        byte[] level = Descriptors.readSmall(state, PARANOID, 16);
        return level == null ? null : new String(level, StandardCharsets.US_ASCII).strip();
    }
}
