package dev.leash.cli.control;

import dev.leash.cli.caller.CallersFile;
import dev.leash.cli.io.RawText;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the socket of the {@code leash up} of one file may be: in the user's {@code $XDG_RUNTIME_DIR}, or else beside the
 * file. Two users, or two shells of one user, may have different ones, so who looks for a socket looks in all places.
 *
 * <p>The folder is held open and paths lead through its descriptor: a path of any length and in any encoding becomes one
 * that fits into the 108 bytes of a socket's address.
 */
final class ControlPlace implements AutoCloseable {
    private static final String RUNTIME = "XDG_RUNTIME_DIR";

    private final int folder;
    private final String name;
    private final String shown;
    private final boolean lasting;

    private ControlPlace(int folder, String name, String shown, boolean lasting) {
        this.folder = folder;
        this.name = name;
        this.shown = shown;
        this.lasting = lasting;
    }

    /**
     * The places for {@code file}, the first to be preferred. The file itself need not exist, its folder does.
     *
     * @param file {@link RawText}
     */
    static List<ControlPlace> of(String file) throws IOException {
        CallState state = CallState.create();
        int slash = file.lastIndexOf('/');
        String folder = slash < 0 ? "." : file.substring(0, slash + 1);
        String name = escaped(file.substring(slash + 1));
        int fd = Descriptors.open(state, RawText.bytes(folder), OpenFlags.FOLDER);
        if (fd < 0) {
            throw CallersFile.failed("open", "the folder", folder, new SystemCallException("open", -fd));
        }
        List<ControlPlace> places = new ArrayList<>();
        ControlPlace runtime = inRuntimeFolder(state, name, fd);
        if (runtime != null) {
            places.add(runtime);
        }
        String beside = "." + name + ".leash";
        places.add(new ControlPlace(fd, beside, (slash < 0 ? "" : folder) + beside, true));
        return places;
    }

    static void close(List<ControlPlace> places) {
        places.forEach(ControlPlace::close);
    }

    /** The folder of the file is told by its inode: it has many paths, in containers above all. */
    private static @Nullable ControlPlace inRuntimeFolder(CallState state, String name, int besideFd)
            throws IOException {
        try {
            String variable = System.getenv(RUNTIME);
            // A job of cron(8) and a shell of su(1) have no variable, and look where it usually is.
            boolean told = variable != null && variable.startsWith("/");
            Path runtime = told
                    ? Path.of(variable)
                    : Path.of(
                            "/run/user",
                            Files.getAttribute(Path.of("/proc/self"), "unix:uid")
                                    .toString());
            if (!Files.isDirectory(runtime) || !Files.getOwner(runtime).equals(own())) {
                return null;
            }
            Path own = runtime.resolve("leash");
            try {
                Path ignored = Files.createDirectory(
                        own, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (!Files.getOwner(own, LinkOption.NOFOLLOW_LINKS).equals(own())) {
                    return null;
                }
            }
            Path beside = Path.of("/proc/self/fd/" + besideFd);
            long device = (long) Files.getAttribute(beside, "unix:dev");
            long inode = (long) Files.getAttribute(beside, "unix:ino");
            int fd = Descriptors.open(state, own.toString().getBytes(StandardCharsets.UTF_8), OpenFlags.FOLDER);
            String full = "%s-%x-%x".formatted(name, device, inode);
            return fd < 0 ? null : new ControlPlace(fd, full, own + "/" + full, told);
        } catch (InvalidPathException | IOException e) {
            return null; // it cannot be used, as if it were not there
        }
    }

    /** The user whose files this process makes. */
    static UserPrincipal own() throws IOException {
        return Files.getOwner(Path.of("/proc/self"));
    }

    /** Letters, digits, '.', '_' and '-' as they are, other bytes as %XX. */
    private static String escaped(String raw) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < raw.length(); at++) {
            char c = raw.charAt(at);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "._-".indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append("%%%02X".formatted((int) c));
            }
        }
        return text.toString();
    }

    /**
     * Whether this may keep something there. The folder of a session that this one does not belong to goes with that session,
     * and with it the lock.
     */
    boolean isLasting() {
        return lasting;
    }

    Path socket() {
        return path(".sock");
    }

    /** Where a socket is until it is ready to be found. */
    Path unfinishedSocket() {
        return path(".new");
    }

    /** Puts the socket in its place, also in that of one that is there. */
    void finish() throws IOException {
        Path ignored = Files.move(unfinishedSocket(), socket(), StandardCopyOption.ATOMIC_MOVE);
    }

    Path lock() {
        return path(".lock");
    }

    private Path path(String suffix) {
        return Path.of("/proc/self/fd/" + folder, name + suffix);
    }

    /** The path of the socket as users know it, {@link RawText}. */
    String shown() {
        return shown + ".sock";
    }

    @Override
    public void close() {
        Descriptors.close(CallState.create(), folder);
    }
}
