package dev.leash.cli.batch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.cli.options.UsageException;
import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of jobs as people, editors and generators write them. */
@Timeout(30)
class JobLinesTest {
    private static final String HINT = " (for a line of shell, put a space before the '{')";

    private static List<BatchJob> jobs(byte[] file) throws Exception {
        List<BatchJob> jobs = new ArrayList<>();
        try (JobLines lines = new JobLines(new ByteArrayInputStream(file))) {
            for (BatchJob job = lines.next(); job != null; job = lines.next()) {
                jobs.add(job);
            }
        }
        return jobs;
    }

    private static BatchJob job(String line) throws Exception {
        List<BatchJob> jobs = jobs(line.getBytes(UTF_8));
        assertEquals(1, jobs.size());
        return jobs.getFirst();
    }

    private static String error(String line) {
        return error(line, UTF_8);
    }

    private static String error(String line, Charset charset) {
        return assertThrows(UsageException.class, () -> jobs(line.getBytes(charset)))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\ufeffecho a\necho b\n",
                "echo a\r\necho b\r\n",
                "\ufeffecho a\r\n\r\n# c\r\necho b",
                "echo a\necho b\r"
            })
    void whatEditorsAddIsNoPartOfAJob(String text) throws Exception {
        List<BatchJob> plain = jobs("echo a\necho b\n".getBytes(UTF_8));
        List<BatchJob> jobs = jobs(text.getBytes(UTF_8));
        assertEquals(2, jobs.size());
        for (int index = 0; index < 2; index++) {
            assertEquals(plain.get(index).arguments(), jobs.get(index).arguments());
            assertEquals(plain.get(index).digest(), jobs.get(index).digest(), "a job log knows it again");
        }
    }

    @Test
    void whatEditorsAddIsNoPartOfAnObjectEither() throws Exception {
        assertEquals(List.of("a"), job("\ufeff{\"argv\":[\"a\"]}\r\n").arguments());
        assertEquals(List.of(), jobs("\ufeff".getBytes(UTF_8)));
        assertEquals(List.of(), jobs("\ufeff\r\n# nothing\r\n".getBytes(UTF_8)));
    }

    @Test
    void aMarkOrACrElsewhereIsTheJobs() throws Exception {
        assertTrue(job("\n\ufeffecho a\n").arguments().getLast().startsWith("\u00ef\u00bb\u00bf"));
        assertEquals("printf a\rb", job("printf a\rb\n").arguments().getLast());
        assertEquals("a\r", job("a\r\r\n").arguments().getLast(), "one belongs to the end of the line");
    }

    @Test
    void aFileInAnotherEncodingIsRefused() {
        assertEquals("line 1 begins a file in UTF-16: jobs have to be in UTF-8", error("echo a\n", UTF_16));
        assertEquals("line 1 begins a file in UTF-16: jobs have to be in UTF-8", error("\ufeffecho a\n", UTF_16LE));
        assertEquals(
                "line 1 begins with '{', but is no JSON object: it is not in UTF-8" + HINT,
                error("{\"argv\":[\"\u00fc\"]}", ISO_8859_1));
    }

    @Test
    void nullTakesAVariableOutAndElseCountsAsLeftOut() throws Exception {
        BatchJob job = job("{\"argv\":[\"a\"],\"env\":{\"A\":null,\"B\":\"\",\"\u00fc\":null},\"directory\":null,"
                + "\"timeout\":null,\"stdin\":null}");
        assertEquals(List.of("A", "B=", "\u00c3\u00bc"), job.environment());
        assertNull(job.directory());
        assertEquals(0, job.timeoutNanos());
        assertEquals(0, job.stdin().length);
        assertEquals(List.of(), job("{\"env\":null,\"argv\":[\"a\"]}").environment());
        assertTrue(error("{\"argv\":null}").endsWith("needs an array of strings as \"argv\""));
        assertTrue(error("{\"argv\":[\"a\",null]}").endsWith("has something in \"argv\" that is no string: null"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{~it ends too early",
                "{\"argv\":[\"a\"~it ends too early",
                "{\"argv\":}~'}' is wrong there, at column 9",
                "{\"argv\":[\"a\",]}~']' is wrong there, at column 14",
                "{'argv':[]}~''' is wrong there, at column 2",
                "{\"\u00fc\u00fc\":[\"a\"]} x~'x' is wrong there, at column 14",
                "{\"argv\":[\"a\tb\"]}~U+0009 is wrong there, at column 12",
                "{\"argv\":[\"a\\x\"]}~'x' is wrong there, at column 13",
                "{\"argv\":[NaN]}~']' is wrong there, at column 13",
                "{\"argv\":[\"a\"]}}~'}' is wrong there, at column 15",
                "{\"argv\":[\"a\"],\"timeout\":01}~'1' is wrong there, at column 26",
                "{\"argv\":[\"a\"], // x~'/' is wrong there, at column 16",
            })
    void whatIsNoJsonIsToldWithItsPlace(String line, String why) {
        String message = error(line);
        boolean unknown = message.contains("has a field");
        assertEquals(
                unknown
                        ? "line 1 has a field \"\u00c3\u00bc\u00c3\u00bc\" (there are: argv, env, directory, timeout, stdin)"
                        : "line 1 begins with '{', but is no JSON object: " + why + HINT,
                message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"argv\":[\"a\"],\"argv\":[\"b\"]}~has the field \"argv\" twice",
                "{\"argv\":[\"a\"],\"env\":{\"A\":\"1\",\"A\":null}}~has the variable \"A\" twice",
                "{\"argv\":[\"a\"],\"env\":{\"A\":1}}~has something in \"env\" that is no string: a number",
                "{\"argv\":[\"a\"],\"env\":[]}~needs an object of strings as \"env\"",
                "{\"argv\":[true]}~has something in \"argv\" that is no string: true or false",
                "{\"argv\":[[]]}~has something in \"argv\" that is no string: an array",
                "{\"argv\":[{}]}~has something in \"argv\" that is no string: an object",
                "{\"argv\":[\"\\ud83d\"]}~has half of a character in \"argv\": \\u that names one of a pair only",
                "{\"argv\":[\"\\ude00\\ud83d\"]}~has half of a character in \"argv\": \\u that names one of a pair only",
                "{\"argv\":[\"a\\u0000\"]}~has a NUL in \"argv\", which no program can be given",
                "{\"argv\":[]}~has no \"argv\", an array with the program and its arguments",
                "{}~has no \"argv\", an array with the program and its arguments",
                "{\"argv\":[\"a\"]} {}~there is more behind the JSON object",
            })
    void whatIsNoJobIsToldInOurWords(String line, String why) {
        assertEquals("line 1 " + why, error(line));
    }

    @Test
    void aNumberThatIsTooLongIsToldInOurWords() {
        assertEquals(
                "line 1 begins with '{', but is no JSON object: it has a number, a name or a text that is too long"
                        + " (for a line of shell, put a space before the '{')",
                error("{\"argv\":[\"true\"],\"timeout\":" + "9".repeat(3000) + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "{\"argv\":[\"a\"", "{\"argv\":[NaN]}", "{\"argv\":[\"a\\x\"]}", "{\"a\":+1}", "{\"a\":-}"})
    void noWordOfTheLibraryIsSeen(String line) {
        String message = error(line);
        for (String inner : List.of("Source:", "StreamReadFeature", "JsonReadFeature", "token", "(code ", "marker")) {
            assertFalse(message.contains(inner), message);
        }
    }

    @Test
    void aPairOfSurrogatesIsACharacter() throws Exception {
        assertEquals(
                "\u00f0\u009f\u0098\u0080",
                job("{\"argv\":[\"\\ud83d\\ude00\"]}").arguments().getFirst());
        assertNotNull(job("{\"argv\":[\"\ud83d\ude00\"]}"));
    }

    @Test
    void aTimeoutMayBeATextOrANumber() throws Exception {
        assertEquals(1_500_000_000L, job("{\"argv\":[\"a\"],\"timeout\":1.5}").timeoutNanos());
        assertEquals(
                5_400_000_000_000L,
                job("{\"argv\":[\"a\"],\"timeout\":\"1h30m\"}").timeoutNanos());
        assertTrue(error("{\"argv\":[\"a\"],\"timeout\":\"soon\"}").startsWith("line 1 \"timeout\" needs a duration"));
    }
}
