package dev.leash.internal.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.function.Consumer;

/**
 * Turns bytes into lines, however the bytes are split: within a character, or between {@code \r} and {@code \n}. A
 * line ends with {@code \n} or {@code \r\n}, neither of which belongs to it; the last one may have no end. A line
 * longer than the limit comes in pieces of that length, or of one char less if the cut would be within a character.
 * Malformed input is replaced by U+FFFD and counted. For one thread.
 */
public final class LineDecoder implements ChunkConsumer {
    private static final int SLICE = 8 * 1024;
    private static final char REPLACEMENT = '\uFFFD';

    private final CharsetDecoder decoder;
    private final int longest;
    private final Consumer<String> lines;
    private final CharBuffer chars = CharBuffer.allocate(SLICE);
    /** The start of a line whose rest has not arrived yet. */
    private final StringBuilder line = new StringBuilder();
    /** The bytes to decode next, on the heap, where decoders are fast; those of an incomplete character stay. */
    private final ByteBuffer slice = ByteBuffer.allocate(SLICE);

    private long replaced;

    /**
     * The decoder of one stream.
     *
     * @param longest in chars; a character of two chars comes whole even if this is 1
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
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + slice.remaining()));
            slice.put(bytes);
            slice.flip();
            decode(slice, false);
            slice.compact();
        }
    }

    @Override
    public void end() {
        slice.flip();
        decode(slice, true);
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
                endLine(array, start, at);
                start = at + 1;
            }
        }
        append(array, start, end);
        chars.clear();
    }

    /** The line that ends at {@code to} may have begun in an earlier piece; mostly it has not. */
    private void endLine(char[] array, int from, int to) {
        int last = to > from && array[to - 1] == '\r' ? to - 1 : to;
        if (line.isEmpty() && last - from <= longest) {
            lines.accept(new String(array, from, last - from));
            return;
        }
        append(array, from, to);
        int length = line.length();
        emit(length > 0 && line.charAt(length - 1) == '\r' ? length - 1 : length);
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
        for (int end = pieceEnd(start, length); end < length; end = pieceEnd(start, length)) {
            lines.accept(line.substring(start, end));
            start = end;
        }
        line.delete(0, start);
    }

    /** Not within a character: half of a surrogate pair is no text, and the program has not written it. */
    private int pieceEnd(int start, int length) {
        if (length - start <= longest) {
            return length;
        }
        int end = start + longest;
        if (!Character.isSurrogatePair(line.charAt(end - 1), line.charAt(end))) {
            return end;
        }
        return end - 1 > start ? end - 1 : end + 1;
    }

    private void emit(int length) {
        String text = line.substring(0, length);
        line.setLength(0);
        lines.accept(text);
    }
}
