package dev.leash.internal.logfile;

import dev.leash.internal.io.ChunkConsumer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Short ways to open, fill and read logs. */
final class Logs {
    private Logs() {}

    static OpenLog open(Path path, long maxSize, int keep, @Nullable Duration maxAge) throws IOException {
        return open(new LogSettings(path, maxSize, keep, maxAge, false));
    }

    static OpenLog open(LogSettings settings) throws IOException {
        return OpenLog.of(settings, settings.path().toString().getBytes(StandardCharsets.UTF_8));
    }

    static OpenLog open(Path path) throws IOException {
        return open(path, 10_000_000, 10, null);
    }

    static void give(ChunkConsumer sink, String text) throws Exception {
        give(sink, text.getBytes(StandardCharsets.UTF_8));
    }

    static void give(ChunkConsumer sink, byte[] bytes) throws Exception {
        sink.accept(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }

    static String read(Path path) throws IOException {
        return Files.readString(path, StandardCharsets.ISO_8859_1);
    }

    static Path number(Path path, int n) {
        return path.resolveSibling(path.getFileName() + "." + n);
    }
}
