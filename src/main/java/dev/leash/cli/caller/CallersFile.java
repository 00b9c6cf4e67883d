package dev.leash.cli.caller;

import dev.leash.cli.io.RawText;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.FileErrors;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens a file that the command line names. */
public final class CallersFile {
    private CallersFile() {}

    /**
     * A descriptor for the file: a duplicate if the name is that of one of the caller's descriptors.
     *
     * @param name {@link RawText}
     * @param flags from {@link dev.leash.internal.sys.OpenFlags}
     * @param what the file is for leash, for the message
     * @throws IOException with a sentence that names what, the file and the errno
     */
    public static int open(CallState state, String name, int flags, String what) throws IOException {
        CallersDescriptors descriptors = CallersDescriptors.moved();
        int named = descriptors == null ? -1 : CallersPath.descriptor(name);
        int fd = descriptors == null || named < 0
                ? Descriptors.open(state, RawText.bytes(name), flags)
                : descriptors.duplicate(named, flags != OpenFlags.READ);
        if (fd < 0) {
            throw failed("open", what, name, new SystemCallException("open", -fd));
        }
        return fd;
    }

    /** Empties a file that was opened by {@code name}. What the caller had opened itself, or is no file, stays as it is. */
    public static void empty(CallState state, String name, int fd) throws IOException {
        if (CallersDescriptors.moved() == null || CallersPath.descriptor(name) < 0) {
            int result = Descriptors.truncate(state, fd, 0);
            if (result != -Errno.EINVAL) { // else it has no length
                SystemCallException.check("ftruncate", result);
            }
        }
    }

    /** Whether both are the same file, and so one would replace the other. Of a pipe or a device nothing is lost. */
    public static boolean isOne(Path file, Path other) throws IOException {
        return Files.isRegularFile(file) && Files.isRegularFile(other) && Files.isSameFile(file, other);
    }

    /** What is open as {@code fd}. */
    public static Path opened(int fd) {
        return Path.of("/proc/self/fd/" + fd);
    }

    /** {@code cannot write the job log done.jsonl: No space left on device (ENOSPC)}. */
    public static IOException failed(String verb, String what, String name, IOException cause) {
        String shown = name.isEmpty() ? "''" : RawText.text(name);
        return new IOException("cannot " + verb + " " + what + " " + shown + ": " + FileErrors.text(cause), cause);
    }
}
