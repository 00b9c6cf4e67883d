package dev.leash.internal.contain;

import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.StartEnvironment;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.EnvironmentBlock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A run's id in the environment of its processes: {@code LEASH_RUN=<id>}. A fork inherits it, whatever session or
 * group it moves to, and /proc/PID/environ shows the environment that a process was started with, whatever it has
 * changed since. If a process of one run starts another run, the variable holds both ids, the outer one first.
 */
public final class Cookie {
    private static final String VARIABLE = "LEASH_RUN";
    private static final byte[] PREFIX = (VARIABLE + "=").getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 16;

    private final String id;
    private final byte[] bytes;

    private Cookie(String id) {
        this.id = id;
        this.bytes = id.getBytes(StandardCharsets.US_ASCII);
    }

    /** An id that no other run has, on this machine or another. */
    public static Cookie create() {
        byte[] random = new byte[ID_BYTES];
        RANDOM.nextBytes(random);
        return new Cookie(HexFormat.of().formatHex(random));
    }

    public String id() {
        return id;
    }

    /** The name of the variable. */
    public static byte[] variable() {
        return VARIABLE.getBytes(StandardCharsets.US_ASCII);
    }

    /** The value of the variable: the ids of the runs that this process belongs to, then this id. */
    public byte[] value() {
        for (byte[] entry : EnvironmentBlock.own()) {
            if (startsWith(entry, 0, PREFIX) && entry.length > PREFIX.length) {
                byte[] outer = Arrays.copyOfRange(entry, PREFIX.length, entry.length + 1 + bytes.length);
                outer[entry.length - PREFIX.length] = ',';
                System.arraycopy(bytes, 0, outer, outer.length - bytes.length, bytes.length);
                return outer;
            }
        }
        return bytes.clone();
    }

    /** Whether a process bears a cookie. */
    enum Bearing {
        YES,
        /** It does not, or this process may not read its environment. */
        NO,
        /** It is inside execve(2), and will soon show the environment of the new program. */
        NOT_KNOWN_YET
    }

    /** Whether the process was started with this cookie. */
    Bearing bearing(CallState state, ProcessEntry process) throws IOException {
        StartEnvironment.Extent before = null;
        while (true) {
            StartEnvironment environment = StartEnvironment.read(state, process);
            if (environment == null) {
                return Bearing.NO;
            }
            if (isIn(environment.entries())) {
                return Bearing.YES;
            }
            StartEnvironment.Extent extent = environment.extent();
            if (extent == null) {
                return Bearing.NO;
            }
            if (!extent.isLaidOut()) {
                return Bearing.NOT_KNOWN_YET;
            }
            // If the length differs, it has executed a program between the two reads; or it has unmapped the memory
            // that held the rest, and then the next read gives the same answer.
            if (extent.length() == environment.entries().length || extent.equals(before)) {
                return Bearing.NO;
            }
            before = extent;
        }
    }

    /** Whether the id is in the entry of its variable among {@code environment}, entries that end in a NUL each. */
    boolean isIn(byte[] environment) {
        for (int start = 0; start < environment.length; ) {
            int end = start;
            while (end < environment.length && environment[end] != 0) {
                end++;
            }
            if (startsWith(environment, start, PREFIX)) {
                for (int at = start + PREFIX.length; at + bytes.length <= end; at++) {
                    if (startsWith(environment, at, bytes)) {
                        return true;
                    }
                }
            }
            start = end + 1;
        }
        return false;
    }

    private static boolean startsWith(byte[] text, int from, byte[] wanted) {
        return from + wanted.length <= text.length
                && Arrays.equals(text, from, from + wanted.length, wanted, 0, wanted.length);
    }
}
