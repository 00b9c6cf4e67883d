package dev.leash.internal.spawn;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The beginning of the file of a program that the kernel has not executed. */
final class ProgramFile {
    /** How many bytes of a script the kernel reads for its first line. */
    private static final int LONGEST_FIRST_LINE = 256;

    private ProgramFile() {}

    /** Its first bytes; null if it cannot be read. */
    static byte @Nullable [] start(byte[] path) {
        try (InputStream file = Files.newInputStream(javaPath(path))) {
            return file.readNBytes(LONGEST_FIRST_LINE);
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Whether it is certainly no text: there is a NUL in its first line, or in as much of it as is looked at. A shell
     * would execute what it takes for words between the bytes of a binary.
     */
    static boolean isBinary(byte[] path) {
        byte[] start = start(path);
        if (start == null) {
            return false;
        }
        for (byte each : start) {
            if (each == '\n') {
                return false;
            }
            if (each == 0) {
                return true;
            }
        }
        return false;
    }

    /** Goes through a URI, which can escape each byte: a path made from text is limited to the locale's charset. */
    private static Path javaPath(byte[] path) {
        StringBuilder uri = new StringBuilder(path[0] == '/' ? "file://" : "file:///proc/self/cwd/");
        for (byte b : path) {
            uri.append(b == '/' ? "/" : "%" + HexFormat.of().toHexDigits(b));
        }
        return Path.of(URI.create(uri.toString()));
    }
}
