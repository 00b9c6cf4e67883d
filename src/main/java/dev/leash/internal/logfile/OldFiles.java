package dev.leash.internal.logfile;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The old files of a log: {@code name.1} is the newest, and the one with the highest number the oldest. */
final class OldFiles {
    private final Path current;

    OldFiles(Path current) {
        this.current = current;
    }

    /** The n-th old file, from 1 on. */
    Path number(int n) {
        // By way of a URI: resolveSibling takes text, and not every name has one in the charset of the locale.
        String uri = current.toUri().getRawPath();
        String file = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        return Path.of(URI.create("file://" + file + "." + n));
    }

    /**
     * Moves the current file to number 1, number 1 to number 2, and so on up to {@code keep}, whose file goes. Only as
     * far as the numbers are taken without a gap: so a rotation that was refused half-way, and is tried again and again,
     * pushes no file out.
     */
    void shift(int keep) throws IOException {
        int free = 1;
        while (free < keep && Files.exists(number(free), LinkOption.NOFOLLOW_LINKS)) {
            free++;
        }
        for (int n = free; n > 1; n--) {
            move(number(n - 1), number(n));
        }
        move(current, number(1));
    }

    /** Undoes the last step of {@link #shift}. */
    void unshift() throws IOException {
        move(number(1), current);
    }

    private static void move(Path from, Path to) throws IOException {
        Path ignored = Files.move(from, to, StandardCopyOption.ATOMIC_MOVE); // rename(2): `to` is replaced
    }
}
