package dev.leash.cli.batch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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

    /** Lines of all streams have no more memory than that, as long as each gets the least. */
    private static final int ALL_IN_MEMORY = 16 << 20;

    private static final int LEAST_IN_MEMORY = 4 << 10;

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

    private static final byte[] NONE = {};
    private static final byte[] END = {'\n'};

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
        this(sink, prefix, new LineSpool(), IN_MEMORY, AT_MOST);
    }

    /**
     * For one of many streams.
     *
     * @param prefix as above
     * @param spool where long lines are held
     * @param streams how many there may be: they share the memory
     */
    public WholeLines(Sink sink, @Nullable Supplier<byte[]> prefix, LineSpool spool, int streams) {
        this(sink, prefix, spool, Math.clamp(ALL_IN_MEMORY / streams, LEAST_IN_MEMORY, IN_MEMORY), AT_MOST);
    }

    WholeLines(Sink sink, @Nullable Supplier<byte[]> prefix, LineSpool spool, int inMemory, long atMost) {
        this.sink = sink;
        this.prefix = prefix;
        this.held = new HeldLine(spool, inMemory, atMost);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int end = length;
        while (end > 0 && bytes[offset + end - 1] != '\n') {
            end--;
        }
        if (end > 0) {
            pass(bytes, offset, end);
            begun = false;
        }
        int from = offset + end;
        int rest = length - end;
        if (rest == 0) {
            return;
        }
        if (begun) {
            sink.write(target -> target.write(bytes, from, rest));
        } else if (!held.add(bytes, from, rest)) {
            pass(bytes, from, rest);
            begun = true;
        }
    }

    @Override
    public void close() throws IOException {
        if (begun || held.size() > 0) {
            pass(END, 0, END.length);
            begun = false;
        }
    }

    /**
     * Passes on the held bytes, followed by those of {@code bytes}. What that takes of memory is allocated when it is
     * written, since many streams may wait for their turn.
     */
    private void pass(byte[] bytes, int from, int length) throws IOException {
        byte[] first = begun || prefix == null ? NONE : prefix.get();
        byte[] prefixed = prefix == null ? NONE : prefixed(prefix, bytes, from, length);
        Text rest = prefix == null ? target -> target.write(bytes, from, length) : target -> target.write(prefixed);
        try {
            sink.write(target -> {
                if (held.isShort()) {
                    // In one write(2), so that no other writer's output comes in between.
                    ByteArrayOutputStream all = new ByteArrayOutputStream(
                            (int) held.size() + first.length + Math.max(length, prefixed.length));
                    write(all, first, rest);
                    all.writeTo(target);
                } else {
                    write(target, first, rest);
                }
            });
        } finally {
            held.clear();
        }
    }

    private void write(OutputStream target, byte[] first, Text rest) throws IOException {
        target.write(first);
        held.writeTo(target);
        rest.to(target);
    }

    /** The bytes with the prefix of each line but the first. */
    private static byte[] prefixed(Supplier<byte[]> prefix, byte[] bytes, int from, int length) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(length);
        int start = from;
        for (int at = from; at < from + length - 1; at++) {
            if (bytes[at] == '\n') {
                text.write(bytes, start, at + 1 - start);
                text.writeBytes(prefix.get());
                start = at + 1;
            }
        }
        text.write(bytes, start, from + length - start);
        return text.toByteArray();
    }
}
