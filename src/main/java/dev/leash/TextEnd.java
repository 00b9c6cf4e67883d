package dev.leash;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The end of a program's output, for a message. */
final class TextEnd {
    private static final String CUT = "[…] ";

    private TextEnd() {}

    /**
     * The last of {@code bytes}, which should be UTF-8, without blanks around it. It begins at the start of a line if
     * that leaves most of it, and never within a character. Control characters are shown as escapes: a log and a
     * terminal would act on them.
     *
     * @param longest in chars
     */
    static String of(byte[] bytes, int longest) {
        // No character has more than four bytes.
        int from = Math.max(0, bytes.length - 4 * longest);
        for (int skipped = 0; from > 0 && skipped < 3 && (bytes[from] & 0xc0) == 0x80; skipped++) {
            from++;
        }
        String text = shown(new String(Arrays.copyOfRange(bytes, from, bytes.length), StandardCharsets.UTF_8))
                .strip();
        if (from == 0 && text.length() <= longest) {
            return text;
        }
        int start = Math.max(0, text.length() - (longest - CUT.length()));
        int line = text.indexOf('\n', start);
        if (line >= 0 && line < start + longest / 2) {
            start = line + 1;
        } else if (start > 0 && Character.isSurrogatePair(text.charAt(start - 1), text.charAt(start))) {
            start++;
        }
        return CUT + text.substring(start);
    }

    private static String shown(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.replace("\r\n", "\n").codePoints().forEach(c -> {
            if (c == '\n' || c == '\t' || !Character.isISOControl(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append(String.format("\\x%02x", c));
            }
        });
        return shown.toString();
    }
}
