package dev.leash.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.cli.options.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class CommandWordsTest {
    @Test
    void wordsAreThoseOfAShell() throws UsageException {
        assertEquals(List.of("a", "b"), CommandWords.of("  a\t b "));
        assertEquals(List.of("a b", "c d", "ef"), CommandWords.of("'a b' \"c d\" 'e'\"f\""));
        assertEquals(List.of("a", "", ""), CommandWords.of("a '' \"\""));
        assertEquals(List.of("a b", "\\", "|"), CommandWords.of("a\\ b \\\\ \\|"));
        assertEquals(List.of("$x * | \\n"), CommandWords.of("'$x * | \\n'"));
        assertEquals(List.of("\"$` \\n"), CommandWords.of("\"\\\"\\$\\` \\n\""));
        assertEquals(List.of("a#b", "x~", "k={}"), CommandWords.of("a#b x~ k={}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a | b",
                "a > f",
                "a *",
                "echo $x",
                "echo \"$x\"",
                "a; b",
                "a &",
                "a `b`",
                "ls ~",
                "a # b",
                "a\nb"
            })
    void whatNeedsAShellIsRefused(String line) {
        String message =
                assertThrows(UsageException.class, () -> CommandWords.of(line)).getMessage();
        assertTrue(message.contains("--shell=sh"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a", "\"a", "a\\", "", "  "})
    void whatHasNoEndAndNoWordIsRefused(String line) {
        assertThrows(UsageException.class, () -> CommandWords.of(line));
    }
}
