package dev.leash.internal.io;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Lines, as {@link LineDecoder} makes them. */
public final class LineItems implements ItemSource<String> {
    private final Deque<String> lines = new ArrayDeque<>();
    private final LineDecoder decoder;

    public LineItems(Charset charset, int longest) {
        decoder = new LineDecoder(charset, longest, lines::add);
    }

    @Override
    public @Nullable String poll() {
        return lines.poll();
    }

    @Override
    public void accept(ByteBuffer bytes) {
        decoder.accept(bytes);
    }

    @Override
    public void end() {
        decoder.end();
    }
}
