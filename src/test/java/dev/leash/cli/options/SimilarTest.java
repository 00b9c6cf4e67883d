package dev.leash.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class SimilarTest {
    private static final List<String> WORDS =
            List.of("run", "batch", "timeout", "doctor", "--timeout", "--stdin", "--stdout", "--nice", "-h", "--tty");

    @ParameterizedTest
    @CsvSource({
        "rnu, run",
        "runn, run",
        "ru, run",
        "btach, batch",
        "tiemout, timeout",
        "doctr, doctor",
        "dcotro, doctor",
        "--timout, --timeout",
        "--time, --timeout",
        "--tiemuot, --timeout",
        "--std, --stdin' or '--stdout",
    })
    void whatWasMeantIsFound(String given, String meant) {
        assertEquals(" (did you mean '" + meant + "'?)", Similar.hint(given, WORDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-", "--", "-x", "-v", "sleep", "make", "--environment", "--t", "ls"})
    void whatIsLikeNothingGetsNoHint(String given) {
        assertEquals("", Similar.hint(given, WORDS));
    }

    @org.junit.jupiter.api.Test
    void aMillionLettersAreComparedWithNothing() {
        assertEquals("", Similar.hint("x".repeat(1_000_000), WORDS));
    }
}
