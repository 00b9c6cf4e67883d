package dev.leash.internal.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lines are the same wherever their bytes are cut. */
@Timeout(60)
class LineDecoderTest {
    private static final int UNLIMITED = Integer.MAX_VALUE;

    private record Decoded(List<String> lines, long malformed) {}

    @Test
    void textIsTheSameWhereverItsBytesAreCut() {
        String text = "ascii\nżółw\r\n漢字 is 2\n\n\r\n🐢🐢\n\rlone\rhere\r\r\nlast ü";
        List<String> lines = List.of("ascii", "żółw", "漢字 is 2", "", "", "🐢🐢", "\rlone\rhere\r", "last ü");
        for (Charset charset : List.of(UTF_8, UTF_16LE, UTF_16, Charset.forName("GB18030"))) {
            byte[] bytes = text.getBytes(charset);
            for (int first = 0; first <= bytes.length; first++) {
                for (int second = first; second <= bytes.length; second++) {
                    Decoded decoded = decode(charset, UNLIMITED, bytes, first, second);
                    assertEquals(lines, decoded.lines(), charset + " cut at " + first + " and " + second);
                    assertEquals(0, decoded.malformed());
                }
            }
        }
    }

    @Test
    void eachByteByItselfIsEnough() {
        byte[] bytes = "żółw\r\n🐢\n".getBytes(UTF_8);
        int[] cuts = new int[bytes.length];
        for (int at = 0; at < cuts.length; at++) {
            cuts[at] = at;
        }
        assertEquals(
                List.of("żółw", "🐢"), decode(UTF_8, UNLIMITED, bytes, cuts).lines());
    }

    @Test
    void latin1AndAsciiAreCharsetsLikeAnyOther() {
        byte[] bytes = {'a', (byte) 0xe9, '\n', (byte) 0xff};
        assertEquals(new Decoded(List.of("aé", "ÿ"), 0), decode(ISO_8859_1, UNLIMITED, bytes, 2));
        assertEquals(new Decoded(List.of("a\uFFFD", "\uFFFD"), 2), decode(US_ASCII, UNLIMITED, bytes, 2));
    }

    @Test
    void nothingIsNoLineAndAnEmptyLineIsOne() {
        assertEquals(List.of(), lines(""));
        assertEquals(List.of(""), lines("\n"));
        assertEquals(List.of(""), lines("\r\n"));
        assertEquals(List.of("", ""), lines("\n\n"));
        assertEquals(List.of("a"), lines("a\n"));
        assertEquals(List.of("a", ""), lines("a\n\n"));
    }

    @Test
    void loneCarriageReturnBelongsToTheLine() {
        assertEquals(List.of("a\rb"), lines("a\rb"));
        assertEquals(List.of("a\r"), lines("a\r"));
        assertEquals(List.of("\r"), lines("\r"));
        assertEquals(List.of("a\r"), lines("a\r\r\n"));
        assertEquals(List.of("50%\r100%"), lines("50%\r100%\n"));
    }

    @Test
    void longerLinesComeInPieces() {
        assertEquals(List.of("abcde", "fgh"), decode("abcdefgh\n", 5));
        assertEquals(List.of("abcde"), decode("abcde\n", 5), "as long as it may be");
        assertEquals(List.of("abcde", "fghij"), decode("abcdefghij\n", 5), "two whole pieces, and no empty one");
        assertEquals(List.of("abcde", "fghij", "k"), decode("abcdefghijk", 5));
        assertEquals(List.of("a", "b", "", "c"), decode("ab\n\nc", 1));
    }

    /** The end of a line does not count for its length, whichever of the two it is. */
    @Test
    void lineThatIsAsLongAsItMayBeCanEndWithBoth() {
        byte[] bytes = "abcde\r\nfghij\r\n\r\nk\r\n".getBytes(UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertEquals(
                    List.of("abcde", "fghij", "", "k"),
                    decode(UTF_8, 5, bytes, cut).lines(),
                    "cut at " + cut);
        }
        assertEquals(List.of("abcde", "\r"), decode("abcde\r", 5), "no end of a line after all");
        assertEquals(List.of("abcde", "\rx"), decode("abcde\rx\r\n", 5));
    }

    /** A char that is half of a character is one that the program has not written, and no encoder takes it. */
    @Test
    void noPieceEndsWithinACharacter() {
        assertEquals(List.of("abc", "😀😀"), decode("abc😀😀", 4));
        assertEquals(List.of("abcd", "😀😀"), decode("abcd😀😀\n", 4));
        assertEquals(List.of("a", "😀", "😀", "b"), decode("a😀😀b\r\n", 2));
        assertEquals(List.of("a", "😀", "", "😀"), decode("a😀\n\n😀\n", 1), "two chars are the least for some");
        String text = "a😀bc😀😀def\r\n😀\n漢😀";
        for (int longest = 1; longest < 12; longest++) {
            for (Charset charset : List.of(UTF_8, UTF_16LE, Charset.forName("GB18030"))) {
                byte[] bytes = text.getBytes(charset);
                for (int cut = 0; cut <= bytes.length; cut++) {
                    List<String> pieces = decode(charset, longest, bytes, cut).lines();
                    assertEquals(text.replaceAll("\r?\n", ""), String.join("", pieces));
                    for (String piece : pieces) {
                        assertTrue(piece.length() <= Math.max(longest, 2), piece);
                        assertTrue(UTF_8.newEncoder().canEncode(piece), "cut within a character: " + pieces);
                    }
                }
            }
        }
    }

    @Test
    void malformedInputIsReplacedAndCountedWhereverItIsCut() {
        byte[][] malformed = {
            {(byte) 0xff}, // no byte of UTF-8
            {(byte) 0xc3}, // half a character
            {(byte) 0xe2, (byte) 0x82}, // two thirds of one
            {(byte) 0xf0, (byte) 0x9f, (byte) 0x90}, // three quarters
            {(byte) 0x80, (byte) 0x80}, // continuations of nothing
            {(byte) 0xc0, (byte) 0xaf}, // overlong
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // a surrogate
            {(byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80}, // five bytes
        };
        for (byte[] bad : malformed) {
            for (String tail : List.of("", "b", "\n", "ż\n")) {
                byte[] bytes = concat("a".getBytes(UTF_8), bad, tail.getBytes(UTF_8));
                String expected = new String(bytes, UTF_8);
                long replaced = count(expected, "\uFFFD");
                for (int cut = 0; cut <= bytes.length; cut++) {
                    Decoded decoded = decode(UTF_8, UNLIMITED, bytes, cut);
                    assertEquals(List.of(expected.split("\n", 0)), decoded.lines(), "cut at " + cut);
                    assertEquals(replaced, decoded.malformed(), "cut at " + cut);
                }
            }
        }
    }

    @Test
    void randomBytesAreWhatAStringMakesOfThem() {
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = new byte[random.nextInt(40_000)];
            random.nextBytes(bytes);
            String expected = new String(bytes, UTF_8);
            // Those that are in the bytes are no replacements.
            long replaced = count(expected, "\uFFFD")
                    - count(new String(bytes, ISO_8859_1), new String("\uFFFD".getBytes(UTF_8), ISO_8859_1));
            int[] cuts = random.ints(random.nextInt(20), 0, bytes.length + 1)
                    .sorted()
                    .toArray();
            Decoded decoded = decode(UTF_8, UNLIMITED, bytes, cuts);
            assertEquals(reference(expected), decoded.lines());
            assertEquals(replaced, decoded.malformed());
        }
    }

    /** Some charsets are decoded in another way than others, and bytes that mean nothing in another way than text. */
    @Test
    void linesAreThoseOfTheWholeTextInAnyCharsetWithAnyLimitAndAnyCuts() {
        List<Charset> charsets = Stream.of(
                        "UTF-8",
                        "US-ASCII",
                        "ISO-8859-1",
                        "ISO-8859-7",
                        "windows-1252",
                        "windows-1255",
                        "UTF-16",
                        "UTF-16LE",
                        "UTF-32",
                        "GB18030",
                        "Shift_JIS",
                        "EUC-JP",
                        "Big5",
                        "ISO-2022-JP",
                        "IBM037",
                        "IBM1047",
                        "x-COMPOUND_TEXT")
                .filter(Charset::isSupported)
                .map(Charset::forName)
                .toList();
        Random random = new Random(4711);
        for (int round = 0; round < 3_000; round++) {
            Charset charset = charsets.get(random.nextInt(charsets.size()));
            byte[] bytes = randomBytes(random, charset);
            int longest = random.nextInt(4) == 0 ? UNLIMITED : 1 + random.nextInt(random.nextBoolean() ? 8 : 9_000);
            int[] cuts =
                    random.ints(random.nextInt(6), 0, bytes.length + 1).sorted().toArray();
            Decoded expected = reference(charset, longest, bytes);
            String what = charset + ", longest " + longest + ", cut at " + Arrays.toString(cuts) + ", round " + round;
            Decoded decoded = decode(charset, longest, bytes, cuts);
            assertEquals(expected.lines(), decoded.lines(), what);
            assertEquals(expected.malformed(), decoded.malformed(), what);
        }
    }

    private static byte[] randomBytes(Random random, Charset charset) {
        int[] alphabet = List.of("ab\n\r", "abcdefghijklmnopqrst\r\n", "aż漢🐢é€\n\r\uFFFD", "x")
                .get(random.nextInt(4))
                .codePoints()
                .toArray();
        int[] characters = random.ints(random.nextInt(random.nextBoolean() ? 60 : 20_000), 0, alphabet.length)
                .map(index -> alphabet[index])
                .toArray();
        byte[] bytes = charset.canEncode()
                ? new String(characters, 0, characters.length).getBytes(charset)
                : new byte[random.nextInt(100)];
        // None, few or many that mean nothing there.
        int damaged = bytes.length / List.of(1, 3, 500, 100_000).get(random.nextInt(4));
        for (int count = 0; count < damaged; count++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    /** As the contract says it, on all of the bytes at once. */
    private static Decoded reference(Charset charset, int longest, byte[] bytes) {
        CharsetDecoder decoder = charset.newDecoder();
        ByteBuffer input = ByteBuffer.wrap(bytes);
        CharBuffer text = CharBuffer.allocate(2 * bytes.length + 16);
        long malformed = 0;
        for (CoderResult result = decoder.decode(input, text, true);
                result.isError();
                result = decoder.decode(input, text, true)) {
            input.position(input.position() + result.length());
            text.put('\uFFFD');
            malformed++;
        }
        decoder.flush(text);
        List<String> pieces = new ArrayList<>();
        for (String line : reference(text.flip().toString())) {
            int start = 0;
            while (line.length() - start > longest) {
                int end = start + longest;
                if (Character.isSurrogatePair(line.charAt(end - 1), line.charAt(end))) {
                    end = longest > 1 ? end - 1 : end + 1;
                }
                pieces.add(line.substring(start, end));
                start = end;
            }
            if (start < line.length() || line.isEmpty()) {
                pieces.add(line.substring(start));
            }
        }
        return new Decoded(pieces, malformed);
    }

    /** The decoder's own buffer holds 8 Ki chars: its edges are cuts, too. */
    @Test
    void longTextIsTheSameAtTheEdgesOfTheBuffer() {
        for (int lead = 8_180; lead < 8_200; lead++) {
            String text = "x".repeat(lead) + "🐢ż漢\r\ny".repeat(3_000);
            assertEquals(reference(text), lines(text));
        }
    }

    @Test
    void lineOf100MBTakesTheMemoryOfOnePiece() {
        List<Integer> lengths = new ArrayList<>();
        LineDecoder decoder = new LineDecoder(UTF_8, 1_000_000, line -> lengths.add(line.length()));
        byte[] chunk = "x".repeat(50_000).getBytes(UTF_8);
        for (int i = 0; i < 2_000; i++) {
            decoder.accept(ByteBuffer.wrap(chunk));
        }
        decoder.end();
        assertEquals(100, lengths.size());
        assertTrue(lengths.stream().allMatch(length -> length == 1_000_000));
    }

    /** As the contract says it, on the whole text. */
    private static List<String> reference(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            boolean both = end > start && text.charAt(end - 1) == '\r';
            lines.add(text.substring(start, both ? end - 1 : end));
            start = end + 1;
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    private static long count(String text, String part) {
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
            count++;
        }
        return count;
    }

    private static List<String> lines(String text) {
        return decode(text, UNLIMITED);
    }

    private static List<String> decode(String text, int longest) {
        return decode(UTF_8, longest, text.getBytes(UTF_8)).lines();
    }

    private static Decoded decode(Charset charset, int longest, byte[] bytes, int... cuts) {
        List<String> lines = new ArrayList<>();
        LineDecoder decoder = new LineDecoder(charset, longest, lines::add);
        int from = 0;
        for (int cut : cuts) {
            feed(decoder, bytes, from, cut);
            from = cut;
        }
        feed(decoder, bytes, from, bytes.length);
        decoder.end();
        return new Decoded(lines, decoder.malformed());
    }

    /** From direct memory, as it is in a run, which is written over afterwards. */
    private static void feed(LineDecoder decoder, byte[] bytes, int from, int to) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(to - from).put(bytes, from, to - from);
        decoder.accept(chunk.flip());
        chunk.clear();
        while (chunk.hasRemaining()) {
            chunk.put((byte) 'Z');
        }
    }

    private static byte[] concat(byte[]... parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
