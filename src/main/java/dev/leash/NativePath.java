package dev.leash;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/** The bytes of a {@link Path}. */
final class NativePath {
    private NativePath() {}

    /**
     * The absolute path exactly as the kernel has it. {@code toString} decodes it with the locale's charset, which is
     * not reversible for every name; a file URI contains each byte, escaped if it is not plain ASCII.
     *
     * @throws IllegalArgumentException if the path is not one of the operating system's
     */
    static byte[] bytes(Path path) {
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            throw new IllegalArgumentException("not a path of the operating system: " + path);
        }
        String escaped = path.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length());
        for (int index = 0; index < escaped.length(); index++) {
            char c = escaped.charAt(index);
            if (c == '%') {
                bytes.write(Integer.parseInt(escaped, index + 1, index + 3, 16));
                index += 2;
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.US_ASCII));
            }
        }
        byte[] all = bytes.toByteArray();
        // toUri ends a directory with a slash.
        boolean slash = all.length > 1 && all[all.length - 1] == '/';
        return slash ? java.util.Arrays.copyOf(all, all.length - 1) : all;
    }
}
