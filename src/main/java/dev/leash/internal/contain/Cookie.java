package dev.leash.internal.contain;

import dev.leash.internal.sys.EnvironmentBlock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A run's id in the environment of its processes: {@code LEASH_RUN=<id>}. Forks inherit it wherever they go, and
 * /proc/PID/environ shows what a process was started with, whatever it did to its variables later. Where a run is started
 * by a process of another run, the variable holds both ids, the outer one first.
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

    /** The value of the variable: the ids of the runs that this process belongs to, and this one. */
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

    /** Whether the process was started with this cookie. False if that must not be known. */
    boolean isBorneBy(ProcessEntry process) {
        Path directory = Path.of("/proc", Integer.toString(process.pid()));
        if (process.state() == 'Z') {
            // Its first thread has ended and gave up the memory; the others share it.
            directory = anotherThread(directory.resolve("task"), process.pid());
        }
        try {
            return isIn(Files.readAllBytes(directory.resolve("environ")));
        } catch (IOException e) {
            return false; // it has gone, or belongs to another user
        }
    }

    private static Path anotherThread(Path tasks, int first) {
        String[] ids = tasks.toFile().list();
        for (String id : ids == null ? new String[0] : ids) {
            if (!id.equals(Integer.toString(first))) {
                return tasks.resolve(id);
            }
        }
        return tasks.resolve(Integer.toString(first));
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
