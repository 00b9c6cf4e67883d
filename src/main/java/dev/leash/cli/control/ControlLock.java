package dev.leash.cli.control;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.FileLocks;
import dev.leash.internal.sys.FileStatus;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code leash up} holds for as long as it runs: the flock(2) of a file with its pid. The kernel gives it back at the
 * end of the process, however that comes, so that such a file says nothing by being there.
 */
final class ControlLock implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> OWN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final int fd;

    private ControlLock(Path path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    /**
     * The lock; null if another process has it.
     *
     * @throws IOException if there can be none here
     */
    static @Nullable ControlLock take(ControlPlace place) throws IOException {
        CallState state = CallState.create();
        Path path = place.lock();
        while (true) {
            try {
                Path ignored = Files.createFile(path, OWN);
            } catch (FileAlreadyExistsException e) {
                // of one that runs, or was killed
            }
            int fd = open(state, path);
            if (fd == -Errno.ENOENT) {
                continue; // its owner has just removed it
            }
            SystemCallException.check("open", fd);
            boolean kept = false;
            try {
                int taken = FileLocks.tryTake(state, fd);
                if (taken == -Errno.EAGAIN) {
                    return null;
                }
                SystemCallException.check("flock", taken);
                // Who had it may have removed the file after it was opened here: then this locks what nobody sees.
                if (isAt(path, FileStatus.inode(state, fd))) {
                    write(path);
                    kept = true;
                    return new ControlLock(path, fd);
                }
            } finally {
                if (!kept) {
                    Descriptors.close(state, fd);
                }
            }
        }
    }

    private static int open(CallState state, Path path) {
        return Descriptors.openAtOnce(state, path.toString().getBytes(StandardCharsets.US_ASCII), OpenFlags.WRITE);
    }

    /** Not through a link, and nobody else's: in a folder where all may write, anybody may have put it there. */
    private static boolean isAt(Path path, long inode) throws IOException {
        try {
            if (!Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(ControlPlace.own())
                    || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("its lock, " + path.getFileName() + ", is no file of this user");
            }
            return (long) Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS) == inode;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void write(Path path) throws IOException {
        Path ignored = Files.writeString(path, ProcessHandle.current().pid() + "\n", StandardCharsets.US_ASCII);
    }

    /** Whether another process has it. */
    static boolean isTaken(ControlPlace place) {
        CallState state = CallState.create();
        int fd = open(state, place.lock());
        if (fd < 0) {
            return false;
        }
        try {
            return FileLocks.tryTake(state, fd) == -Errno.EAGAIN;
        } finally {
            Descriptors.close(state, fd);
        }
    }

    /** The pid of who has it, as text; empty if it is not known. */
    static String holder(ControlPlace place) {
        try {
            String text =
                    Files.readString(place.lock(), StandardCharsets.ISO_8859_1).strip();
            return text.matches("[0-9]{1,10}") ? text : "";
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        try {
            // Before the lock is given back: then it might be another one's file.
            boolean ignored = Files.deleteIfExists(path);
        } catch (IOException e) {
            // The folder is gone, or cannot be written any more. The next one takes the file over.
        } finally {
            Descriptors.close(CallState.create(), fd);
        }
    }
}
