package dev.leash.cli.export;

import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.sys.FileErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Paths as a unit needs them: absolute, and without {@code ..}, which systemd refuses. */
final class Place {
    private static final char UNKNOWN = '\ufffd';

    private Place() {}

    /**
     * A folder.
     *
     * @param directory empty for the current one
     * @throws UsageException if there is none, or this locale has no text for its path
     */
    static String folder(String directory) throws UsageException {
        String absolute = directory.startsWith("/") ? directory : current() + "/" + directory;
        if (!(absolute + "/").contains("/../")) {
            return plain(absolute);
        }
        // Only the file system knows what is above a link.
        Path path = path(absolute);
        if (path == null) {
            throw noText();
        }
        try {
            return raw(path.toRealPath());
        } catch (IOException e) {
            throw new UsageException(
                    "the folder " + RawText.text(directory) + " cannot be found: " + FileErrors.text(e));
        }
    }

    /** The path of something in a folder. */
    static String in(String folder, String path) {
        return plain(path.startsWith("/") ? path : folder + "/" + path);
    }

    /** The path of a file in a folder that is there; without "..", which systemd refuses. */
    static String file(String folder, String path) throws UsageException {
        String whole = in(folder, path);
        if (!("/" + whole + "/").contains("/../")) {
            return whole;
        }
        int slash = whole.lastIndexOf('/');
        String parent = folder(whole.substring(0, slash + 1));
        return plain(parent + "/" + whole.substring(slash + 1));
    }

    private static String current() throws UsageException {
        return raw(Path.of("").toAbsolutePath());
    }

    private static String raw(Path path) throws UsageException {
        String text = path.toString();
        if (text.indexOf(UNKNOWN) >= 0) {
            throw noText();
        }
        return RawText.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static UsageException noText() {
        return new UsageException("in this locale there is no text for the path of the folder; try LC_ALL=C.UTF-8");
    }

    /** Null if this locale has none. */
    static @Nullable Path path(String raw) {
        try {
            return Path.of(RawText.text(raw));
        } catch (InvalidPathException e) {
            return null;
        }
    }

    static boolean isProgram(String raw) {
        Path path = path(raw);
        return path != null && Files.isRegularFile(path) && Files.isExecutable(path);
    }

    /** Without empty parts and those that are a dot. */
    private static String plain(String absolute) {
        StringBuilder plain = new StringBuilder(absolute.length());
        for (String part : absolute.split("/", -1)) {
            if (!part.isEmpty() && !part.equals(".")) {
                plain.append('/').append(part);
            }
        }
        return plain.isEmpty() ? "/" : plain.toString();
    }
}
