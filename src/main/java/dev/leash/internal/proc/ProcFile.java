package dev.leash.internal.proc;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads files of the kernel. {@link java.nio.file.Files} would allocate direct memory, and where that is short it
 * sleeps and then fails: a loop must not sleep, and a search must not fail for lack of it.
 */
public final class ProcFile {
    /** The process is gone, or hidden by its user or by a mount option of /proc, see proc(5). */
    private static final Set<Integer> NO_ANSWER = Set.of(Errno.ENOENT, Errno.ESRCH, Errno.EACCES, Errno.EPERM);

    private ProcFile() {}

    /** The whole content as it is now. */
    public static byte[] bytes(Path file) throws IOException {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            return in.readAllBytes();
        }
    }

    /**
     * The whole content of a file of a process; null if the process has ended, or may not be looked at.
     *
     * @throws IOException if it may be there and cannot be read, as when no descriptor is left
     */
    static byte @Nullable [] ofProcess(CallState state, String file) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int fd = Descriptors.openToRead(state, file.getBytes(StandardCharsets.US_ASCII));
        int answer = fd;
        if (fd >= 0) {
            try {
                answer = Descriptors.readAll(state, fd, all);
            } finally {
                Descriptors.close(state, fd);
            }
        }
        if (answer >= 0) {
            return all.toByteArray();
        }
        if (NO_ANSWER.contains(-answer)) {
            return null;
        }
        throw new SystemCallException("open or read " + file, -answer);
    }

    /** The same as text, each byte a character. */
    public static String text(Path file) throws IOException {
        return new String(bytes(file), StandardCharsets.ISO_8859_1);
    }
}
