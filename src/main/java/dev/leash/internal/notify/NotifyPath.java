package dev.leash.internal.notify;

import dev.leash.internal.proc.JvmName;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Datagrams;
import dev.leash.internal.sys.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The file of a {@link NotifySocket}. Why a file, and not an abstract address, which leaves nothing behind: not all
 * programs know abstract addresses, a process in a network namespace of its own cannot reach one, and every user of the
 * machine can.
 *
 * <p>The file is in the first of these folders that takes it: that of the user's session, the JVM's for temporary files,
 * and /dev/shm. A socket's path has 107 bytes at most, so a folder with a long path is passed over; and one in which others
 * may replace the file. Only this user may send, but if this user is root all may, since services of root often change
 * theirs; who has sent is looked at in any case. Its name tells of which JVM it is: the next one that makes one in the same
 * folder removes those that JVMs have left which were killed.
 */
final class NotifyPath {
    private static final String PREFIX = "leash-notify-";
    private static final int MOST_TRIES = 10;
    private static final int ROOT = 0;

    // The bits of a folder's mode.
    private static final int WRITTEN_BY_OTHERS = 0002;
    private static final int STICKY = 01000;

    private static @Nullable Path cleaned;

    private final Path file;

    private NotifyPath(Path file) {
        this.file = file;
    }

    /** Binds the socket {@code fd} to a new path. */
    static NotifyPath bind(CallState state, int fd) throws IOException {
        return bind(state, fd, folders());
    }

    static NotifyPath bind(CallState state, int fd, List<Path> folders) throws IOException {
        String name = PREFIX + JvmName.own() + "-";
        List<String> refusals = new ArrayList<>();
        for (Path folder : folders) {
            String refusal = refusal(folder, name);
            if (refusal == null) {
                int answer = -Errno.EADDRINUSE;
                for (int tries = 0; tries < MOST_TRIES && answer == -Errno.EADDRINUSE; tries++) {
                    Path file = folder.resolve(name + suffix());
                    answer = Datagrams.bind(state, fd, file.toString().getBytes(StandardCharsets.US_ASCII));
                    if (answer >= 0) {
                        return made(folder, file);
                    }
                }
                refusal = Errno.name(-answer);
            }
            refusals.add(folder + ": " + refusal);
        }
        throw new IOException("no folder for the socket of sd_notify(3): " + String.join("; ", refusals)
                + ". Set XDG_RUNTIME_DIR or java.io.tmpdir to one with a short path that this user may write in");
    }

    private static String suffix() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        String session = System.getenv("XDG_RUNTIME_DIR");
        if (session != null && session.startsWith("/")) {
            folders.add(Path.of(session));
        }
        folders.add(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath());
        folders.add(Path.of("/dev/shm"));
        return folders;
    }

    /** Why the folder is passed over; null if it is not. */
    private static @Nullable String refusal(Path folder, String name) {
        String path = folder.resolve(name + suffix()).toString();
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(path)) {
            return "its path is not ASCII";
        }
        if (path.length() > Datagrams.LONGEST_PATH) {
            return "the path of a socket in it would have more than " + Datagrams.LONGEST_PATH + " bytes";
        }
        try {
            int mode = (int) Files.getAttribute(folder, "unix:mode");
            return (mode & WRITTEN_BY_OTHERS) != 0 && (mode & STICKY) == 0
                    ? "other users may replace files in it"
                    : null;
        } catch (IOException e) {
            return "it cannot be looked at (" + e.getClass().getSimpleName() + ")";
        }
    }

    private static NotifyPath made(Path folder, Path file) throws IOException {
        NotifyPath made = new NotifyPath(file);
        boolean complete = false;
        try {
            boolean root = (int) Files.getAttribute(file, "unix:uid") == ROOT;
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(root ? "rw-rw-rw-" : "rw-------"));
            removeStale(folder);
            complete = true;
            return made;
        } finally {
            if (!complete) {
                made.remove();
            }
        }
    }

    private static synchronized void removeStale(Path folder) throws IOException {
        if (!folder.equals(cleaned)) {
            cleaned = folder;
            for (Path stale : JvmName.stale(folder, PREFIX)) {
                new NotifyPath(stale).remove(); // fails for another user's, which only that user can remove
            }
        }
    }

    void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // A file that nothing listens at is left: the next JVM removes it.
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
