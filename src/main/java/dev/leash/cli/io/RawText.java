package dev.leash.cli.io;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of the operating system in a String, one character for each byte: arguments can be searched and split as text
 * and converted back unchanged, whatever their encoding and the locale are.
 */
public final class RawText {
    private static final char REPLACEMENT = '\ufffd';

    private RawText() {}

    public static String of(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    public static byte[] bytes(String raw) {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static List<byte[]> bytes(List<String> raws) {
        List<byte[]> all = new ArrayList<>(raws.size());
        for (String raw : raws) {
            all.add(bytes(raw));
        }
        return all;
    }

    /** Text for messages: bytes that are not UTF-8 are replaced. */
    public static String text(String raw) {
        return new String(bytes(raw), StandardCharsets.UTF_8);
    }

    /** {@code text} without the UTF-8 byte order mark that some editors put at the start of a file. */
    public static byte[] withoutMark(byte[] text) {
        boolean marked = text.length >= 3 && text[0] == (byte) 0xef && text[1] == (byte) 0xbb && text[2] == (byte) 0xbf;
        return marked ? Arrays.copyOfRange(text, 3, text.length) : text;
    }

    /** {@code bytes} decoded as UTF-8, or null if they are not valid UTF-8. */
    public static @Nullable String utf8(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        // The text has replacement characters: decoding has put them there, or the bytes contain them.
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The entries of a block in which each ends in NUL, such as /proc/self/cmdline. */
    public static List<byte[]> entries(byte[] block) {
        List<byte[]> entries = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < block.length; at++) {
            if (block[at] == 0) {
                entries.add(Arrays.copyOfRange(block, start, at));
                start = at + 1;
            }
        }
        return entries;
    }
}
