package dev.leash.internal.proc;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads files of the kernel. {@link java.nio.file.Files} would allocate direct memory, and where that is short it
 * sleeps and then fails: a loop must not sleep, and a search must not fail for lack of it.
 */
public final class ProcFile {
    private ProcFile() {}

    /** The whole content as it is now. */
    public static byte[] bytes(Path file) throws IOException {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            return in.readAllBytes();
        }
    }

    /** The same as text, each byte a character. */
    public static String text(Path file) throws IOException {
        return new String(bytes(file), StandardCharsets.ISO_8859_1);
    }
}
