package dev.leash.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages are glibc's, letter for letter. */
@Timeout(10)
class GetoptLongTest {
    private static final List<GetoptLong.Option> OPTIONS = List.of(
            new GetoptLong.Option("flag", 'f', false),
            new GetoptLong.Option("value", 'k', true),
            new GetoptLong.Option("verbose", 'v', false),
            new GetoptLong.Option("version", 'V', false));

    /** What is found, such as {@code f k=5 | rest}. */
    private static String parse(String... arguments) throws UsageException {
        GetoptLong line = new GetoptLong(OPTIONS, List.of(arguments));
        StringBuilder found = new StringBuilder();
        for (char option = line.next(); option != GetoptLong.END; option = line.next()) {
            found.append(option).append(option == 'k' ? "=" + line.value() : "").append(' ');
        }
        return found + "| " + String.join(" ", line.operands());
    }

    @Test
    void optionsEndAtTheFirstOperand() throws UsageException {
        assertEquals("f | a -v", parse("-f", "a", "-v"));
        assertEquals("f | -v", parse("-f", "--", "-v"));
        assertEquals("| - -v", parse("-", "-v"));
        assertEquals("| a --", parse("a", "--"));
        assertEquals("| ", parse());
        assertEquals("|  x", parse("", "x"));
    }

    @Test
    void valuesAreJoinedOrApart() throws UsageException {
        assertEquals("k=5 | a", parse("-k5", "a"));
        assertEquals("k=5 | a", parse("-k", "5", "a"));
        assertEquals("f v k=5 | a", parse("-fvk5", "a"));
        assertEquals("k=5 | a", parse("--value=5", "a"));
        assertEquals("k=5 | a", parse("--value", "5", "a"));
        assertEquals("k= | a", parse("--value=", "a"));
        assertEquals("k=-f | a", parse("-k", "-f", "a"));
        assertEquals("k=-- | a", parse("-k", "--", "a"));
    }

    @Test
    void longNamesMayBeShortened() throws UsageException {
        assertEquals("f k=1 v V | ", parse("--f", "--va=1", "--verb", "--version"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "-x, invalid option -- 'x'",
                "-fx, invalid option -- 'x'",
                "-1, invalid option -- '1'",
                "-k, option requires an argument -- 'k'",
                "--foo, unrecognized option '--foo'",
                "--foo=1, unrecognized option '--foo=1'",
                "--value, option '--value' requires an argument",
                "--flag=1, option '--flag' doesn't allow an argument",
                "--ver, option '--ver' is ambiguous; possibilities: '--verbose' '--version'",
            })
    void errorsAreInTheWordsOfGetopt(String argument, String message) {
        assertEquals(
                message,
                assertThrows(UsageException.class, () -> parse(argument)).getMessage());
    }
}
