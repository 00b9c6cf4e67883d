package dev.leash.internal.contain;

import dev.leash.internal.proc.JvmName;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes the cgroups of runs, as a rule below the one that this JVM is in, in the version 2 hierarchy, wherever that is
 * mounted; see cgroups(7). For any thread but the loop's.
 */
public final class Cgroups {
    static final String PREFIX = "leash-";

    /** How the kernel lists a process that has no number in the pid namespace of this JVM. */
    static final int OUTSIDE = 0;

    private static final AtomicLong COUNT = new AtomicLong();
    private static final Set<Path> SWEPT = ConcurrentHashMap.newKeySet();

    private Cgroups() {}

    /** Why no cgroup can be made here, as one sentence that names the missing file or permission; null if one can. */
    public static @Nullable String obstacle() {
        try {
            NewCgroup probe = create(List.of());
            try {
                requireKill(probe.directory());
            } finally {
                probe.abandon(CallState.create());
            }
            return null;
        } catch (IOException e) {
            return message(e);
        }
    }

    /** Why these controllers cannot be used in a cgroup that is made here; null if they can. Changes nothing. */
    public static @Nullable String obstacle(List<String> controllers) {
        return CgroupHome.obstacle(controllers);
    }

    /** The same for one of them. */
    public static @Nullable String obstacle(String controller) {
        return obstacle(List.of(controller));
    }

    static String message(IOException e) {
        return e instanceof FileSystemException failed ? failed.getFile() + ": " + reason(e) : reason(e);
    }

    /** What the kernel answered, for a sentence that already names the file. */
    static String reason(IOException e) {
        return switch (e) {
            case SystemCallException call -> Errno.name(call.errno()) + ", " + text(call.errno());
            case AccessDeniedException denied -> "EACCES, permission denied";
            case NoSuchFileException missing -> "ENOENT, no such file or directory";
            case FileSystemException failed -> String.valueOf(failed.getReason());
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String text(int errno) {
        String description = Errno.description(errno);
        return Character.toLowerCase(description.charAt(0)) + description.substring(1);
    }

    /** The directory of this process's own cgroup. */
    static Path own() throws IOException {
        return own(lines("/proc/self/mountinfo"), lines("/proc/self/cgroup"));
    }

    /** Each byte a character: whoever mounts something chooses the bytes of its path, also such as are no text. */
    private static List<String> lines(String file) throws IOException {
        return Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1);
    }

    /** @param mountinfo and {@code cgroups}: each character a byte */
    static Path own(List<String> mountinfo, List<String> cgroups) throws IOException {
        String group = null;
        for (String line : cgroups) {
            if (line.startsWith("0::")) {
                group = line.substring(3);
            }
        }
        if (group == null) {
            throw new IOException("this process is in no cgroup of version 2: /proc/self/cgroup has no line 0::");
        }
        for (String line : mountinfo) {
            // 41 31 0:38 /root /mount/point options … - cgroup2 …
            List<String> fields = List.of(line.split(" ", -1));
            int separator = fields.indexOf("-");
            if (separator >= 6 && fields.get(separator + 1).equals("cgroup2")) {
                String mount = unescaped(fields.get(4));
                String root = unescaped(fields.get(3));
                String inside = root.equals("/") ? group : withoutRoot(group, root);
                if (inside != null) {
                    return path(mount).resolve(path("." + inside)).normalize();
                }
            }
        }
        throw new IOException(
                "no cgroup2 file system is mounted that shows the cgroup " + group + " (/proc/self/mountinfo)");
    }

    private static Path path(String bytes) throws IOException {
        String text = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IOException("the locale of this JVM has not all characters of the path " + text, e);
        }
    }

    private static @Nullable String withoutRoot(String group, String root) {
        if (group.equals(root)) {
            return "/";
        }
        return group.startsWith(root + "/") ? group.substring(root.length()) : null;
    }

    /** mountinfo writes blanks and the like as a backslash and three octal digits. */
    private static String unescaped(String field) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < field.length(); at++) {
            if (field.charAt(at) == '\\' && at + 3 < field.length()) {
                text.append((char) Integer.parseInt(field.substring(at + 1, at + 4), 8));
                at += 3;
            } else {
                text.append(field.charAt(at));
            }
        }
        return text.toString();
    }

    /**
     * Makes a new, empty cgroup that has these controllers. Its name contains the JVM's, so that another JVM can tell
     * when this one is gone.
     */
    static NewCgroup create(List<String> controllers) throws IOException {
        Path folder = controllers.isEmpty() ? CgroupHome.path() : CgroupHome.folder(controllers);
        String mine = JvmName.own();
        if (SWEPT.add(folder)) {
            removeStale(folder);
        }
        return NewCgroup.in(folder, () -> PREFIX + mine + "-" + COUNT.incrementAndGet());
    }

    /**
     * Kills and removes the cgroups of JVMs that were killed together with their guardians. Their names say which those
     * are. But a JVM in another time namespace has another start time there than is seen from here, so its lock counts,
     * too.
     */
    static void removeStale(Path folder) throws IOException {
        for (Path cgroup : JvmName.stale(folder, PREFIX)) {
            if (!NewCgroup.isLocked(cgroup)) {
                CgroupRemoval.killAndRemove(cgroup);
            }
        }
        String here = JvmName.pidNamespace();
        AbandonedCgroups.remove(folder, PREFIX, here);
        AbandonedCgroups.remove(folder, CgroupHome.LEAF, here);
    }

    /** The pids in the cgroup itself; {@link #OUTSIDE} for each that is in an outer pid namespace. */
    static Set<Integer> processes(Path cgroup) throws IOException {
        Set<Integer> pids = new HashSet<>();
        for (String line : Files.readAllLines(cgroup.resolve("cgroup.procs"), StandardCharsets.US_ASCII)) {
            pids.add(Integer.valueOf(line));
        }
        return pids;
    }

    /** A cgroup that cannot be killed as a whole does not hold what it contains. */
    static void requireKill(Path cgroup) throws IOException {
        Path file = cgroup.resolve("cgroup.kill");
        if (!Files.exists(file)) {
            throw new IOException("there is no " + file + ": it needs Linux 5.14");
        }
    }
}
