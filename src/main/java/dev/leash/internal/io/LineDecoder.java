package dev.leash.internal.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.function.Consumer;

/**
 * Turns bytes into lines, wherever the pieces are cut: within a character, or between {@code \r} and {@code \n}. A line
 * ends with {@code \n} or {@code \r\n}, neither of which belongs to it; the last one may have no end. A longer line than
 * the limit comes in pieces of that length. Malformed input is replaced by U+FFFD and counted. For one thread.
 */
public final class LineDecoder implements ChunkConsumer {
    private static final char REPLACEMENT = '\uFFFD';

    private final CharsetDecoder decoder;
    private final int longest;
    private final Consumer<String> lines;
    private final CharBuffer chars = CharBuffer.allocate(8 * 1024);
    private final StringBuilder line = new StringBuilder();
    /** The bytes of a character whose rest has not come yet. */
    private ByteBuffer incomplete = ByteBuffer.allocate(0);

    private long replaced;

    /**
     * Of one stream.
     *
     * @param longest in chars
     */
    public LineDecoder(Charset charset, int longest, Consumer<String> lines) {
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        this.longest = longest;
        this.lines = lines;
    }

    @Override
    public void accept(ByteBuffer bytes) {
        ByteBuffer input = bytes;
        if (incomplete.hasRemaining()) {
            input = ByteBuffer.allocate(incomplete.remaining() + bytes.remaining())
                    .put(incomplete)
                    .put(bytes)
                    .flip();
        }
        decode(input, false);
        incomplete = ByteBuffer.allocate(input.remaining()).put(input).flip();
    }

    @Override
    public void end() {
        decode(incomplete, true);
        while (decoder.flush(chars).isOverflow()) {
            split();
        }
        split();
        // A lone \r at the very end is a character like any other.
        cut(line.length());
        if (!line.isEmpty()) {
            emit(line.length());
        }
    }

    @Override
    public long malformed() {
        return replaced;
    }

    private void decode(ByteBuffer input, boolean last) {
        while (true) {
            CoderResult result = decoder.decode(input, chars, last);
            if (result.isError()) {
                input.position(input.position() + result.length());
                replaced++;
                if (!chars.hasRemaining()) {
                    split();
                }
                chars.put(REPLACEMENT);
                continue;
            }
            split();
            if (result.isUnderflow()) {
                return;
            }
        }
    }

    /** Moves the decoded characters into lines. */
    private void split() {
        chars.flip();
        char[] array = chars.array();
        int start = 0;
        int end = chars.limit();
        for (int at = 0; at < end; at++) {
            if (array[at] == '\n') {
                append(array, start, at);
                int length = line.length();
                emit(length > 0 && line.charAt(length - 1) == '\r' ? length - 1 : length);
                start = at + 1;
            }
        }
        append(array, start, end);
        chars.clear();
    }

    private void append(char[] array, int from, int to) {
        line.append(array, from, to - from);
        int length = line.length();
        // A \r may be half of the line's end, which does not count for its length.
        cut(length > 0 && line.charAt(length - 1) == '\r' ? length - 1 : length);
    }

    /** Cuts pieces off the line as long as its first {@code length} chars are too many. */
    private void cut(int length) {
        int start = 0;
        while (length - start > longest) {
            lines.accept(line.substring(start, start + longest));
            start += longest;
        }
        line.delete(0, start);
    }

    private void emit(int length) {
        String text = line.substring(0, length);
        line.setLength(0);
        lines.accept(text);
    }
}
