package dev.leash.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.cli.io.RawText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ProcfileReaderTest {
    private final Problems problems = new Problems("Procfile");

    private List<UpService> read(String text) {
        return ProcfileReader.read(text.getBytes(StandardCharsets.UTF_8), problems);
    }

    @Test
    void eachLineIsOneForTheShell() {
        List<UpService> services = read("web: bundle exec thin start -p $PORT\nworker:\trake  work # not a comment\n");
        assertEquals(
                List.of("web", "worker"), services.stream().map(UpService::name).toList());
        assertEquals(
                List.of("/bin/sh", "-c", "bundle exec thin start -p $PORT"),
                services.get(0).command());
        assertEquals(
                List.of("/bin/sh", "-c", "rake  work # not a comment"),
                services.get(1).command());
        assertEquals(List.of(), problems.lines());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web: run",
                "web: run\n",
                "web: run\r\n",
                "\ufeffweb: run\r\n\r\n",
                "web:run",
                "\tweb :\trun \t\n",
                "# a comment: of one line\n\n   \n  # another\nweb: run\n"
            })
    void blanksAndLineEndsAndMarksDoNotMatter(String text) {
        assertEquals(List.of(UpService.ofLine("web", "run")), read(text));
        assertEquals(List.of(), problems.lines());
    }

    @Test
    void colonsQuotesAndBytesOfACommandStay() {
        assertEquals(
                List.of("/bin/sh", "-c", "echo 'a: b' \"c\" http://h:1"),
                read("a-b_3: echo 'a: b' \"c\" http://h:1").getFirst().command());
        byte[] latin = "web: echo \u00e9\u00a0".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                "echo \u00e9\u00a0",
                ProcfileReader.read(latin, problems).getFirst().command().getLast());
        assertEquals(List.of(), problems.lines());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|Procfile:1: there is no service; add a line such as 'web: ./server'",
                "`# web: run`|Procfile:1: there is no service; add a line such as 'web: ./server'",
                "web run|Procfile:1: no colon in 'web run'; a service is a line such as 'web: ./server'",
                "web:|Procfile:1: web: no command after the colon; say what to run, as in 'web: ./server'",
                "w b: run|Procfile:1: w b: is no name of a service; use letters (A to Z), digits, _ and -, a letter or digit"
                        + " first",
                "w\u00e9b: run|Procfile:1: w\u00e9b: is no name of a service; use letters (A to Z), digits, _ and -, a letter"
                        + " or digit first",
                ": run|Procfile:1: is no name of a service; use letters (A to Z), digits, _ and -, a letter or digit first",
            })
    void aLineThatIsWrongIsNamed(String text, String error) {
        assertEquals(List.of(), read(text));
        assertEquals(List.of(error), problems.lines());
    }

    @Test
    void allThatIsWrongIsToldInTheOrderOfTheLines() {
        read("web: a\n\nnothing\nweb: b\nb\u0007b: c\nd: \0\n");
        assertEquals(
                List.of(
                        "Procfile:3: no colon in 'nothing'; a service is a line such as 'web: ./server'",
                        "Procfile:4: web: there is a service of that name in line 1; rename one of them",
                        "Procfile:5: b\\u0007b: is no name of a service; use letters (A to Z), digits, _ and -, a letter or"
                                + " digit first",
                        "Procfile:6: d: a NUL character in the command; no argument can hold one, so remove it"),
                problems.lines());
    }

    @Test
    void namesInTheMessagesAreReadable() {
        read("\u00fcber: x");
        assertEquals(true, problems.lines().getFirst().startsWith("Procfile:1: \u00fcber: "));
        assertEquals("\u00c3\u00bc", RawText.of("\u00fc".getBytes(StandardCharsets.UTF_8)));
    }
}
