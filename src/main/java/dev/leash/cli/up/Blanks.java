package dev.leash.cli.up;

/** Blanks around text that is {@link dev.leash.cli.io.RawText}: to strip all of Unicode's would cut a character in two. */
final class Blanks {
    private Blanks() {}

    static boolean is(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\u000b';
    }

    static String strip(String raw) {
        int end = raw.length();
        while (end > 0 && is(raw.charAt(end - 1))) {
            end--;
        }
        int start = 0;
        while (start < end && is(raw.charAt(start))) {
            start++;
        }
        return raw.substring(start, end);
    }
}
