package dev.leash.cli.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.cli.io.RawText;
import dev.leash.support.Skip;
import dev.leash.support.UnitText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is what systemd reads: by its documented rules, and by systemd itself where it is there. */
@Timeout(120)
class UnitSyntaxTest {
    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");
    private static final long SEED = System.nanoTime();

    @TempDir
    Path temp;

    /** Words of all bytes but NUL, of those that mean something to systemd more often. */
    private static List<String> words(int count) {
        Random random = new Random(SEED);
        String meaningful = "\\\"'%$;: \t\n\r#{}@-+!|~x0nN\u0001\u007f\u0080\u00ff\u00c3\u00a9";
        List<String> words = new ArrayList<>(
                List.of("", ";", "%%", "$$", "\\", "\"", "é", raw("é"), raw("\uffff"), raw("a\ufdd0é")));
        while (words.size() < count) {
            StringBuilder word = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                word.append(
                        random.nextBoolean()
                                ? meaningful.charAt(random.nextInt(meaningful.length()))
                                : (char) (1 + random.nextInt(255)));
            }
            words.add(word.toString());
        }
        return words;
    }

    private static String raw(String text) {
        return RawText.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatUnicodeCallsANoncharacterIsNoTextForSystemd() {
        for (String bad : List.of("\uffff", "\ufffe", "\ufdd0", "\ufdef", "\ud83f\udffe", "\udbff\udfff")) {
            assertFalse(UnitSyntax.isVariable("A", raw("x" + bad)));
            assertFalse(UnitSyntax.isProgram(raw("/x" + bad)));
            assertNull(UnitSyntax.path(raw("/x" + bad)));
            assertTrue(UnitSyntax.shown(raw("x" + bad)).matches("x[?]+"));
            String word = UnitSyntax.word(raw("x" + bad));
            assertTrue(word.chars().allMatch(c -> c < 0x7f), word);
        }
        for (String good : List.of("\ufffd", "\ufdcf", "\ufdf0", "\ud83f\udffd", "\udbff\udffd")) {
            assertTrue(UnitSyntax.isVariable("A", raw(good)));
        }
    }

    @Test
    void anyWordIsReadAsItIs() {
        for (String word : words(20_000)) {
            String written = UnitSyntax.word(word);
            assertEquals(List.of(word), UnitText.words(written), () -> "seed " + SEED + ": " + written);
            assertEquals(List.of(word), UnitText.words(UnitSyntax.quoted(word)), () -> "seed " + SEED);
            assertTrue(written.chars().allMatch(c -> c >= ' '), () -> "one line: " + written);
            assertTrue(RawText.utf8(RawText.bytes(written)) != null, () -> "it is text: " + written);
        }
    }

    @Test
    void systemdReadsAnyWordAsItIs() throws Exception {
        Skip.unless(Files.isExecutable(ANALYZE), "there is no " + ANALYZE + " here: it comes with systemd");
        List<String> words = words(1000);
        StringBuilder unit = new StringBuilder("[Service]\nType=oneshot\n");
        for (int at = 0; at < words.size(); at += 4) {
            unit.append("ExecStart=:/bin/true");
            words.subList(at, at + 4).forEach(word -> unit.append(' ').append(UnitSyntax.word(word)));
            unit.append('\n');
        }
        Path file = temp.resolve("leash-words.service");
        Files.write(file, RawText.bytes(unit.toString()));
        ProcessBuilder verify = new ProcessBuilder(ANALYZE.toString(), "verify", file.toString());
        verify.environment().put("SYSTEMD_LOG_LEVEL", "debug");
        verify.environment().put("LC_ALL", "C.UTF-8");
        // What it has read goes to standard output, in pieces: what it logs must not come between them.
        Path log = temp.resolve("log");
        Process process = verify.redirectError(log.toFile()).start();
        process.getOutputStream().close();
        String said = RawText.of(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), Files.readString(log, StandardCharsets.ISO_8859_1));
        List<String> read = new ArrayList<>();
        String line = "Command Line: /bin/true ";
        said.lines()
                .map(String::strip)
                .filter(each -> each.startsWith(line))
                .forEach(each -> read.addAll(UnitText.split(each.substring(line.length()))));
        assertEquals(words, read, () -> "seed " + SEED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port=80|--port=80",
                "a/b.c:d,e@f|a/b.c:d,e@f",
                "100%|100%%",
                "$PORT|\"$PORT\"",
                "it's|\"it's\"",
                "a b|\"a b\"",
                "~|\"~\"",
            })
    void whatNeedsNoQuotesHasNone(String word, String written) {
        assertEquals(written, UnitSyntax.word(word));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 1us",
        "1000, 1us",
        "1001, 2us",
        "100_000_000, 100ms",
        "1_500_000_000, 1500ms",
        "60_000_000_000, 60s"
    })
    void aTimeIsNeverShorter(String nanos, String written) {
        assertEquals(written, UnitSyntax.time(Long.parseLong(nanos.replace("_", ""))));
        assertEquals("infinity", UnitSyntax.time(Long.MAX_VALUE));
    }

    @Test
    void aPathIsWrittenAsItIsOrNotAtAll() {
        assertEquals("/a b/\"c\"/%%/d'#", UnitSyntax.path("/a b/\"c\"/%/d'#"));
        for (String bad : List.of("", "/a ", "/a\\", "/a\nb", "/a\u0001", "/\u00ff", "/a\u007f")) {
            assertNull(UnitSyntax.path(bad), bad);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a-b=1", "1A=1", "A=\u0001", "A=\u00ff", "A=\r"})
    void whatEnvironmentCannotSetIsKnown(String assignment) {
        String[] parts = assignment.split("=", 2);
        assertFalse(UnitSyntax.isVariable(parts[0], parts[1]));
        assertTrue(UnitSyntax.isVariable("A_1", "x\n\t$ %\"'\\"));
    }

    @Test
    void textForDisplayIsOneLineOfText() {
        assertEquals("a?b %% ??", UnitSyntax.shown("a\nb % \u00ff\u0001"));
        assertEquals("a", UnitSyntax.shown("a \\ \\"));
    }
}
