package dev.leash.cli.batch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes what comes on one stream, until it is closed, and passes on whole lines, byte for byte; an end that the last one lacks is added. A line that
 * is too long to be held comes in pieces, with no end but its own. For one thread.
 */
public final class WholeLines extends OutputStream {
    /** A longer line is kept in a file. */
    private static final int IN_MEMORY = 1 << 20;

    /** A longer line comes in pieces: it could be without end. */
    private static final long AT_MOST = 64 << 20;

    /** Where the lines go. */
    public interface Sink {
        /** Has {@code text} written so that nothing else comes between. */
        void write(Text text) throws IOException;
    }

    /** Some lines, or a piece of one. */
    public interface Text {
        void to(OutputStream target) throws IOException;
    }

    private final Sink sink;
    private final @Nullable Supplier<byte[]> prefix;
    private final HeldLine held;

    /** Whether the start of the line has been passed on. */
    private boolean begun;

    /**
     * For one stream.
     *
     * @param prefix what each line is to begin with, asked for when its end has come; null for nothing
     */
    public WholeLines(Sink sink, @Nullable Supplier<byte[]> prefix) {
        this(sink, prefix, IN_MEMORY, AT_MOST);
    }

    public WholeLines(Sink sink, @Nullable Supplier<byte[]> prefix, int inMemory, long atMost) {
        this.sink = sink;
        this.prefix = prefix;
        this.held = new HeldLine(inMemory, atMost);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        byte[] chunk = Arrays.copyOfRange(bytes, offset, offset + length);
        int end = chunk.length;
        while (end > 0 && chunk[end - 1] != '\n') {
            end--;
        }
        if (end > 0) {
            pass(chunk, end);
            begun = false;
        }
        if (end == chunk.length) {
            return;
        }
        boolean holds = !begun && held.add(chunk, end, chunk.length - end);
        if (begun) {
            int from = end;
            sink.write(target -> target.write(chunk, from, chunk.length - from));
        } else if (!holds) {
            pass(chunk, 0);
            begun = true;
        }
    }

    @Override
    public void close() throws IOException {
        if (begun || !held.isEmpty()) {
            pass(new byte[] {'\n'}, 1);
            begun = false;
        }
    }

    /** What is held, and the first {@code length} bytes of {@code chunk} behind it. */
    private void pass(byte[] chunk, int length) throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream(length);
        byte[] first = begun || prefix == null ? new byte[0] : prefix.get();
        int start = 0;
        for (int at = 0; prefix != null && at < length - 1; at++) {
            if (chunk[at] == '\n') {
                rest.write(chunk, start, at + 1 - start);
                rest.writeBytes(prefix.get());
                start = at + 1;
            }
        }
        rest.write(chunk, start, length - start);
        try {
            if (held.isShort()) {
                // In one write(2), which others who write to the same place cannot come into.
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                all.writeBytes(first);
                held.writeTo(all);
                rest.writeTo(all);
                sink.write(target -> target.write(all.toByteArray()));
            } else {
                sink.write(target -> {
                    target.write(first);
                    held.writeTo(target);
                    target.write(rest.toByteArray());
                });
            }
        } finally {
            held.clear();
        }
    }
}
