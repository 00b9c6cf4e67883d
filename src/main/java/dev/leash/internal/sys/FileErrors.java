package dev.leash.internal.sys;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What the exceptions of java.nio.file say, in words and with the name of the errno, which they lack. */
public final class FileErrors {
    private static final int HIGHEST_ERRNO = 133;

    private FileErrors() {}

    /** Such as {@code No space left on device (ENOSPC)}. */
    public static String text(IOException e) {
        if (e instanceof SystemCallException call) {
            return Errno.named(call.errno());
        }
        if (e instanceof NoSuchFileException) {
            return Errno.named(Errno.ENOENT);
        }
        if (e instanceof AccessDeniedException) {
            return Errno.named(Errno.EACCES);
        }
        if (e instanceof FileAlreadyExistsException) {
            return Errno.named(Errno.EEXIST);
        }
        String said = e instanceof FileSystemException fs ? fs.getReason() : e.getMessage();
        if (said == null) {
            return e.toString();
        }
        for (int errno = 1; errno <= HIGHEST_ERRNO; errno++) {
            if (said.equals(Errno.description(errno))) {
                return Errno.named(errno);
            }
        }
        return said; // in another language, or from elsewhere
    }
}
