package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.SystemCallException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes to the files by which the kernel sets up cgroups, see cgroups(7). A file that is not there is not made. The JDK
 * would only tell the text of an error, in the language of the user; here the errno is told, since some of them are
 * answers.
 */
final class CgroupFile {
    private CgroupFile() {}

    /** A descriptor to write to it again and again, or the negated errno. */
    static int open(CallState state, Path file) {
        return Descriptors.open(state, file.toString().getBytes(StandardCharsets.UTF_8), OpenFlags.WRITE);
    }

    /** @throws SystemCallException if it is refused: nothing was written */
    static void write(Path file, String value) throws SystemCallException {
        try (CallState state = CallState.open()) {
            int fd = SystemCallException.check("open", open(state, file));
            try {
                byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
                SystemCallException.check("write", Descriptors.writeAll(state, fd, bytes));
            } finally {
                Descriptors.close(state, fd);
            }
        }
    }
}
