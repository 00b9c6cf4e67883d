package dev.leash.cli.batch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Splits one stream into whole lines, until it is closed, and passes them on byte for byte. It adds a line end that
 * the last line lacks. A line that is too long to be held is passed on in pieces, without extra line ends. For one
 * thread.
 */
public final class WholeLines extends OutputStream {
    /** A longer line is kept in a file. */
    private static final int IN_MEMORY = 1 << 20;

    /** A longer line is passed on in pieces: it could be endless. */
    private static final long AT_MOST = 64 << 20;

    /** Where the lines go. */
    public interface Sink {
        /** Writes {@code text} without other output in between. */
        void write(Text text) throws IOException;
    }

    /** Some lines, or a piece of one. */
    public interface Text {
        void to(OutputStream target) throws IOException;
    }

    private final Sink sink;
    private final @Nullable Supplier<byte[]> prefix;
    private final HeldLine held;

    /** Whether the start of the current line has been passed on. */
    private boolean begun;

    /**
     * For one stream.
     *
     * @param prefix the prefix of each line, called when the line is complete; null for none
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

    /** Passes on the held bytes, followed by the first {@code length} bytes of {@code chunk}. */
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
                // In one write(2), so that no other writer's output comes in between.
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
