package dev.leash.internal.proc;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import java.nio.charset.StandardCharsets;

/**
 * The number that the kernel has given last to a process or thread of this pid namespace. They are given in ascending
 * order, and begin anew from the bottom. If none was given while /proc was listed, the list has missed nothing.
 */
public final class LastPid {
    /** It cannot be read. */
    public static final int UNKNOWN = -1;

    private static final byte[] FILE = "/proc/sys/kernel/ns_last_pid".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_BYTES = 16;

    private LastPid() {}

    /** As it is now; {@link #UNKNOWN} where the kernel was built without CONFIG_CHECKPOINT_RESTORE. */
    public static int now(CallState state) {
        byte[] digits = Descriptors.readSmall(state, FILE, MOST_BYTES);
        return digits == null ? UNKNOWN : Integer.parseInt(new String(digits, StandardCharsets.US_ASCII).strip());
    }
}
