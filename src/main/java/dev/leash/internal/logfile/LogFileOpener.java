package dev.leash.internal.logfile;

import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.FileErrors;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Opens what a log is written to, and says clearly why it cannot. */
final class LogFileOpener {
    private final Path path;
    private final byte[] nativePath;

    LogFileOpener(Path path, byte[] nativePath) {
        this.path = path;
        this.nativePath = nativePath;
    }

    LogTarget open() throws IOException {
        try {
            if (isSpecial()) {
                return SpecialFile.open(nativePath);
            }
            if (Files.isDirectory(path)) {
                throw failed("it is a directory");
            }
            return AppendedFile.open(path);
        } catch (SystemCallException e) {
            boolean unread = e.errno() == Errno.ENXIO;
            throw failed(FileErrors.text(e) + (unread ? ": nobody reads it, or it is a socket" : ""));
        } catch (NoSuchFileException e) {
            Path directory = path.getParent();
            boolean missing = directory != null && !Files.exists(directory);
            throw failed(
                    missing ? "there is no directory " + directory + ", and Leash makes none" : FileErrors.text(e));
        } catch (Refused e) {
            throw e;
        } catch (IOException e) {
            throw failed(FileErrors.text(e));
        }
    }

    /**
     * Whether it is no regular file, or one that is only borrowed: {@code /dev/stdout} may lead to a file that somebody
     * has redirected this process to, and that is not to be moved.
     */
    private boolean isSpecial() throws IOException {
        if ((path.startsWith("/dev") && !path.startsWith("/dev/shm")) || path.startsWith("/proc")) {
            return !Files.isDirectory(path);
        }
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).isOther();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** The path without symbolic links, of a file that is open; that of what is no file as it was given. */
    Path realPath(LogTarget target) throws IOException {
        return target instanceof AppendedFile ? path.toRealPath() : path;
    }

    private Refused failed(String why) {
        return new Refused("cannot open the log file " + path + ": " + why);
    }

    /** What the caller is told. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }
}
