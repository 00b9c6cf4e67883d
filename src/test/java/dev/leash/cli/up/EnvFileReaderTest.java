package dev.leash.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class EnvFileReaderTest {
    private final Problems problems = new Problems(".env");

    private Map<String, String> read(String text) {
        return EnvFileReader.read(text.getBytes(StandardCharsets.UTF_8), problems);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "A=b|b",
                "`A=`|``",
                "`A=b c  `|b c",
                "export A=b|b",
                "`export\tA=b`|b",
                "`  A = b`|b",
                "A='b \"c\" \\n $D'|b \"c\" \\n $D",
                "A=\"b \\\"c\\\" 'd'\"|b \"c\" 'd'",
                "A=\"C:\\\\x\"|C:\\x",
                "A=it's|it's",
                "A=http://h/#x|http://h/#x",
                "A=b # c|b # c",
                "A='b' # c|b",
                "A=\"b\" # it's|b",
                "A=''|``",
                "A==|=",
                "A={\"b\": 1}|{\"b\": 1}",
                "`A=b\r`|b",
            })
    void aValueIsTheRestOfTheLineOrWhatIsBetweenQuotes(String line, String value) {
        assertEquals(Map.of("A", value), read(line));
        assertEquals(List.of(), problems.lines());
    }

    @Test
    void backslashNIsANewLineBetweenQuotationMarks() {
        assertEquals(Map.of("A", "b\nc", "B", "b\\nc"), read("A=\"b\\nc\"\nB=b\\nc\n"));
    }

    @Test
    void commentsBlankLinesMarksAndLineEndsDoNotMatterAndTheLastOfANameCounts() {
        assertEquals(Map.of("A", "3", "_B2", "2"), read("\ufeffA=1\r\n\r\n# C=1\r\n_B2=2\r\nA=3"));
        assertEquals(Map.of(), read(""));
        assertEquals(List.of(), problems.lines());
    }

    @Test
    void allThatIsWrongIsToldWithoutTheValues() {
        assertEquals(Map.of("G", "h"), read("secret\n=b\n2A=b\nA-B=c\nC=\"d\nD='e'f\nG=h\nH=\0"));
        assertEquals(
                List.of(
                        ".env:1: no '='; a variable is a line such as NAME=value",
                        ".env:2: is no name of a variable; use letters (A to Z), digits and _, and no digit first",
                        ".env:3: 2A: is no name of a variable; use letters (A to Z), digits and _, and no digit first",
                        ".env:4: A-B: is no name of a variable; use letters (A to Z), digits and _, and no digit first",
                        ".env:5: C: the value begins with \" and does not end with it; add it, or put a value that contains"
                                + " it between quotes of the other kind",
                        ".env:6: D: the value begins with ' and does not end with it; add it, or put a value that contains"
                                + " it between quotes of the other kind",
                        ".env:8: H: a NUL character in the value; no variable can hold one, so remove it"),
                problems.lines());
    }
}
