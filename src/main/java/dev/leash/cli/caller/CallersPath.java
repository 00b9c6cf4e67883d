package dev.leash.cli.caller;

import dev.leash.cli.io.RawText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Paths that name a descriptor of the process that opens them: {@code /dev/stdout}, {@code /dev/fd/63},
 * {@code /proc/self/fd/5}, and links to such. On the command line they mean the caller's descriptors, which have
 * other numbers in this process. They are duplicated, not opened: open(2) refuses sockets, and for a regular file
 * makes another open file description with its own offset.
 */
public final class CallersPath {
    private static final int MOST_LINKS = 40; // the kernel's limit
    private static final int NONE = -1;
    private static final List<String> STANDARD = List.of("/dev/stdin", "/dev/stdout", "/dev/stderr");

    private CallersPath() {}

    /**
     * The number of the descriptor that {@code path} names, or -1 if it is the path of a file.
     *
     * @param path {@link RawText}
     */
    public static int descriptor(String path) {
        String next = path;
        for (int links = 0; links <= MOST_LINKS; links++) {
            String plain = plain(next);
            int number = number(plain);
            if (number >= 0) {
                return number;
            }
            String target = target(next);
            if (target == null) {
                return NONE;
            }
            next = target.startsWith("/") ? target : next.substring(0, next.lastIndexOf('/') + 1) + target;
        }
        return NONE;
    }

    /**
     * The target of a link, as {@link RawText}; null if it is no link, or has a name that Java cannot express in this
     * locale.
     */
    private static @Nullable String target(String path) {
        try {
            Path link = Path.of(RawText.text(path));
            return Files.isSymbolicLink(link)
                    ? RawText.of(Files.readSymbolicLink(link).toString().getBytes(StandardCharsets.UTF_8))
                    : null;
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }

    /** An absolute path without redundant parts, correct as long as it contains no links. */
    private static String plain(String path) {
        if (!path.startsWith("/")) {
            return path;
        }
        Deque<String> names = new ArrayDeque<>();
        for (String name : path.split("/", -1)) {
            if (name.equals("..")) {
                String ignored = names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        return "/" + String.join("/", names);
    }

    private static int number(String path) {
        int standard = STANDARD.indexOf(path);
        if (standard >= 0) {
            return standard;
        }
        String pid = Long.toString(ProcessHandle.current().pid());
        for (String folder : List.of("/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/", "/proc/" + pid + "/fd/")) {
            String name = path.startsWith(folder) ? path.substring(folder.length()) : "";
            if (!name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Integer.parseInt(name);
            }
        }
        return NONE;
    }
}
