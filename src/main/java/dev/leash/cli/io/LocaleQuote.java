package dev.leash.cli.io;

/**
 * Quotes a word for a message as the GNU tools do: in typographic quotes where the locale's charset is UTF-8, else in
 * apostrophes; what is not printable as in C. From and to {@link RawText}.
 */
public final class LocaleQuote {
    private static final String ESCAPES = "\u0007a\bb\ff\nn\rr\tt\u000bv\\\\";

    private LocaleQuote() {}

    public static String quote(String raw) {
        // The JVM gets it from nl_langinfo(CODESET), as the tools do.
        return quote(raw, "UTF-8".equals(System.getProperty("native.encoding")));
    }

    public static String quote(String raw, boolean utf8) {
        String open = utf8 ? "\u00e2\u0080\u0098" : "'";
        String close = utf8 ? "\u00e2\u0080\u0099" : "'";
        StringBuilder quoted = new StringBuilder(open);
        int at = 0;
        while (at < raw.length()) {
            char c = raw.charAt(at);
            int escape = ESCAPES.indexOf(c);
            if (raw.startsWith(close, at)) {
                quoted.append('\\').append(close);
                at += close.length();
            } else if (escape >= 0 && escape % 2 == 0) {
                quoted.append('\\').append(ESCAPES.charAt(escape + 1));
                at++;
            } else if (c >= ' ' && c < 0x7f) {
                quoted.append(c);
                at++;
            } else {
                int length = utf8 ? printable(raw, at) : 0;
                if (length == 0) {
                    quoted.append('\\')
                            .append((char) ('0' + (c >> 6)))
                            .append((char) ('0' + (c >> 3 & 7)))
                            .append((char) ('0' + (c & 7)));
                    at++;
                } else {
                    quoted.append(raw, at, at + length);
                    at += length;
                }
            }
        }
        return quoted.append(close).toString();
    }

    /** How many bytes the printable UTF-8 character at {@code at} has; 0 if there is none. */
    private static int printable(String raw, int at) {
        for (int length = 2; length <= 4 && at + length <= raw.length(); length++) {
            String text = RawText.utf8(RawText.bytes(raw.substring(at, at + length)));
            if (text != null) {
                int type = Character.getType(text.codePointAt(0));
                boolean visible = type != Character.CONTROL
                        && type != Character.UNASSIGNED
                        && type != Character.LINE_SEPARATOR
                        && type != Character.PARAGRAPH_SEPARATOR;
                return visible ? length : 0;
            }
        }
        return 0;
    }
}
