package dev.leash.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class DurationTextTest {
    @ParameterizedTest
    @CsvSource({
        "1.5s, 1500000000",
        "500ms, 500000000",
        "2m, 120000000000",
        "3, 3000000000",
        "1h, 3600000000000",
        "1d, 86400000000000",
        "7us, 7000",
        "9ns, 9",
        ".25s, 250000000",
        "0.1s, 100000000",
        "0.0000000001s, 1",
        "99999999999999999999d, 9223372036854775807",
        "1h30m, 5400000000000",
        "1d2h, 93600000000000",
        "1d2h3m4s5ms6us7ns, 93784005006007",
        "90m90s, 5490000000000",
        "1m1.5s, 61500000000",
        "0h5m, 300000000000",
        "99999999999999999999d1h, 9223372036854775807",
    })
    void isExactAndRoundedUp(String text, long nanos) throws UsageException {
        assertEquals(nanos, DurationText.nanos("--timeout", text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "s", "-1s", "+1s", "1 s", "1x", "1..2s", ".", "1e3s", "inf", "0x10", "1S", "30m1h", "1h1h", "1h30",
                "1.5h30m", "1h 30m", "1h-30m", "h30m", "1h30x", "1m1min", "5d."
            })
    void whatIsNoDurationIsRefused(String text) {
        UsageException e = assertThrows(UsageException.class, () -> DurationText.nanos("--timeout", text));
        assertTrue(e.getMessage().startsWith("--timeout needs a duration"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0s", "0.000ms"})
    void zeroIsRefused(String text) {
        assertThrows(UsageException.class, () -> DurationText.nanos("--timeout", text));
    }

    @Test
    void millionsOfDigitsAreRefusedAtOnce() {
        assertThrows(UsageException.class, () -> DurationText.nanos("--timeout", "9".repeat(1_000_000) + "s"));
    }
}
