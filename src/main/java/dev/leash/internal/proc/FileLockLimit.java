package dev.leash.internal.proc;

import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The hard limit RLIMIT_LOCKS of a process, which no kernel since Linux 2.4.25 enforces, see getrlimit(2). A process
 * inherits it, cannot raise it without a privilege, and shows it to everybody in /proc/PID/limits: also one that has
 * overwritten its environment, or that may not be looked into.
 */
public final class FileLockLimit {
    /** None is set, or there is no such process, or none that is shown. */
    public static final long NONE = -1;

    private static final String LABEL = "Max file locks";

    private FileLockLimit() {}

    /**
     * That of the process {@code pid}, at most {@link Long#MAX_VALUE}; {@link #NONE}.
     *
     * @throws IOException if it may be there and cannot be read, as when no descriptor is left
     */
    public static long of(CallState state, int pid) throws IOException {
        byte[] limits = ProcFile.ofProcess(state, "/proc/" + pid + "/limits");
        return limits == null ? NONE : parse(new String(limits, StandardCharsets.ISO_8859_1));
    }

    /** Any process may set its own to a number that has all 64 bits, see getrlimit(2). */
    private static long saturated(String number) {
        long value = Long.parseUnsignedLong(number);
        return value < 0 ? Long.MAX_VALUE : value;
    }

    /** That in the text of such a file: a line has the label, the soft limit, the hard limit and perhaps a unit. */
    static long parse(String limits) {
        int label = limits.indexOf(LABEL);
        if (label < 0) {
            return NONE;
        }
        String[] values = limits.substring(label + LABEL.length()).strip().split("\\s+", 3);
        // "unlimited" is no number.
        return values.length < 2 || !Character.isDigit(values[1].charAt(0)) ? NONE : saturated(values[1]);
    }
}
