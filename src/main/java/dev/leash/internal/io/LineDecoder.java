package dev.leash.internal.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

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
 *
 * <p>Of a charset whose characters can be told apart by their bytes, and whose bytes mean the same everywhere, String
 * decodes all whole characters at once, with wide instructions. It does not say what it has replaced, though; so a
 * piece that has a U+FFFD in it, and all of any other charset, goes through a {@link CharsetDecoder}.
 */
public final class LineDecoder implements ChunkConsumer {
    private static final int SLICE = 8 * 1024;
    private static final char REPLACEMENT = '\uFFFD';

    private final Charset charset;
    private final boolean oneByteEach;
    private final LineSplitter splitter;
    /** The bytes to decode next, on the heap, where decoders are fast; those of an incomplete character stay. */
    private final ByteBuffer slice = ByteBuffer.allocate(SLICE);

    private final CharsetDecoder decoder;
    private final CharBuffer chars = CharBuffer.allocate(SLICE);
    private long replaced;

    /**
     * The decoder of one stream.
     *
     * @param longest in chars; a character of two chars comes whole even if this is 1
     */
    public LineDecoder(Charset charset, int longest, Consumer<String> lines) {
        this.charset = charset;
        this.oneByteEach = charset.equals(US_ASCII)
                || charset.name().startsWith("ISO-8859-")
                || charset.name().startsWith("windows-125");
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        this.splitter = new LineSplitter(longest, lines);
    }

    @Override
    public void accept(ByteBuffer bytes) {
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + slice.remaining()));
            slice.put(bytes);
            slice.flip();
            if (!decodeAtOnce()) {
                decode(slice, false);
            }
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
        splitter.end();
    }

    @Override
    public long malformed() {
        return replaced;
    }

    /** Whether all whole characters of the slice could be decoded without the decoder. */
    private boolean decodeAtOnce() {
        if (!oneByteEach && !charset.equals(UTF_8)) {
            return false;
        }
        int length = oneByteEach ? slice.limit() : wholeCharacters(slice.array(), slice.limit());
        String text = new String(slice.array(), 0, length, charset);
        if (text.indexOf(REPLACEMENT) >= 0) {
            return false;
        }
        slice.position(length);
        splitter.accept(text);
        return true;
    }

    /** How many of the bytes of UTF-8 are not the start of a character whose rest is missing. */
    private static int wholeCharacters(byte[] bytes, int length) {
        for (int back = 1; back <= Math.min(length, 3); back++) {
            int leading = Integer.numberOfLeadingZeros(~bytes[length - back] << 24);
            if (leading != 1) { // of a character of one byte none of the first bits is set, of a longer one its length
                return leading > back ? length - back : length;
            }
        }
        return length;
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
        splitter.accept(chars.flip().toString());
        chars.clear();
    }
}
