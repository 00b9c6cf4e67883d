package dev.leash.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The child programs in src/test/resources/children: one tiny script for each behaviour. */
public final class Children {
    private Children() {}

    /** The path of an executable script, such as {@code ignores-term}. */
    public static String path(String name) {
        URL url = Children.class.getResource("/children/" + name);
        if (url == null) {
            throw new IllegalArgumentException("there is no src/test/resources/children/" + name);
        }
        try {
            Path path = Path.of(url.toURI());
            if (!Files.isExecutable(path)) {
                // The build copies the bytes, not the x bit.
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return path.toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
