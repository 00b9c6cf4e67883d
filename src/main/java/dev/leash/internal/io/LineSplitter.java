package dev.leash.internal.io;

import java.util.function.Consumer;

/**
 * Turns pieces of text into lines, however the text is cut: see {@link LineDecoder}. It finds the ends of lines and
 * copies the lines with methods of String, which the JVM compiles to wide instructions. For one thread.
 */
final class LineSplitter {
    private final int longest;
    private final Consumer<String> lines;
    /** The start of a line whose rest has not arrived yet. */
    private final StringBuilder line = new StringBuilder();

    LineSplitter(int longest, Consumer<String> lines) {
        this.longest = longest;
        this.lines = lines;
    }

    /** The next piece of the text. */
    void accept(String text) {
        int start = 0;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', start)) {
            endLine(text, start, at);
            start = at + 1;
        }
        append(text, start, text.length());
    }

    /** There is no more text. */
    void end() {
        // A lone \r at the very end is a character like any other.
        cut(line.length());
        if (!line.isEmpty()) {
            emit(line.length());
        }
    }

    /** The line that ends at {@code to} may have begun in an earlier piece; mostly it has not. */
    private void endLine(String text, int from, int to) {
        int last = to > from && text.charAt(to - 1) == '\r' ? to - 1 : to;
        if (line.isEmpty() && last - from <= longest) {
            lines.accept(text.substring(from, last));
            return;
        }
        append(text, from, to);
        int length = line.length();
        emit(length > 0 && line.charAt(length - 1) == '\r' ? length - 1 : length);
    }

    private void append(String text, int from, int to) {
        line.append(text, from, to);
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
