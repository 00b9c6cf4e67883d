package dev.leash.cli.bench;

import dev.leash.cli.options.UsageException;
import java.util.ArrayList;
import java.util.List;

/** Splits a command line into words as a shell does, where that needs no shell. */
final class CommandWords {
    /** What only a shell can do, outside of quotes. */
    private static final String SHELLS = "|&;<>()$`*?[#~\n";

    /** What a shell does within double quotes, too. */
    private static final String SHELLS_IN_QUOTES = "$`";

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private CommandWords(String line) {
        this.line = line;
    }

    /**
     * The words, without their quotes.
     *
     * @throws UsageException if a quote does not end, if there is no word, or if it needs a shell
     */
    static List<String> of(String line) throws UsageException {
        CommandWords split = new CommandWords(line);
        split.split();
        if (split.words.isEmpty()) {
            throw new UsageException("an empty command");
        }
        return split.words;
    }

    private void split() throws UsageException {
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == ' ' || c == '\t') {
                end();
            } else if (c == '\'') {
                int end = line.indexOf('\'', at);
                requireEnd(end >= 0);
                word.append(line, at, end);
                at = end + 1;
                inWord = true;
            } else if (c == '"') {
                quoted();
                inWord = true;
            } else if (c == '\\') {
                requireEnd(at < line.length());
                word.append(line.charAt(at++));
                inWord = true;
            } else if (SHELLS.indexOf(c) >= 0) {
                // A # within a word, and a ~ behind its first letter, are nothing special.
                requireNoShell((c == '#' || c == '~') && inWord, c);
                word.append(c);
            } else {
                word.append(c);
                inWord = true;
            }
        }
        end();
    }

    private void quoted() throws UsageException {
        while (true) {
            requireEnd(at < line.length());
            char c = line.charAt(at++);
            if (c == '"') {
                return;
            }
            if (c == '\\' && at < line.length() && "\"\\$`".indexOf(line.charAt(at)) >= 0) {
                c = line.charAt(at++);
            } else {
                requireNoShell(SHELLS_IN_QUOTES.indexOf(c) < 0, c);
            }
            word.append(c);
        }
    }

    private void end() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private void requireEnd(boolean ends) throws UsageException {
        if (!ends) {
            throw new UsageException("a quote or a backslash without its end: " + line);
        }
    }

    private void requireNoShell(boolean plain, char c) throws UsageException {
        if (!plain) {
            throw new UsageException("'" + (c == '\n' ? "a line end" : String.valueOf(c))
                    + "' is for a shell: --shell=sh starts one, quotes keep it from being special: " + line);
        }
    }
}
