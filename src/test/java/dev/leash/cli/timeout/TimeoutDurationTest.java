package dev.leash.cli.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What coreutils' timeout makes of these was looked up by running it. */
@Timeout(10)
class TimeoutDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "0.0s, 0",
        "1, 1000000000",
        "000000000001, 1000000000",
        "1s, 1000000000",
        "1m, 60000000000",
        "1h, 3600000000000",
        "1d, 86400000000000",
        "0.5, 500000000",
        "+.5m, 30000000000",
        "' 2', 2000000000",
        "2., 2000000000",
        "1e1, 10000000000",
        "1E-1s, 100000000",
        "0x10, 16000000000",
        "0x1d, 29000000000",
        "0x.8p1s, 1000000000",
        "0X1P-1, 500000000",
        "1e-10000, 1",
        "0e-10000, 0",
        "0x1p-100000, 1",
    })
    void numbersAreReadAsStrtodReadsThem(String text, long nanos) {
        assertEquals(nanos, TimeoutDuration.nanos(text));
    }

    @ParameterizedTest
    @CsvSource({
        "1h30m, 5400000000000",
        "1d2h, 93600000000000",
        "2h5s, 7205000000000",
        "90m90s, 5490000000000",
        "0h0s, 0",
        "999999999d1s, 9223372036854775807"
    })
    void whatTheOriginalRefusesMayBeASumOfUnits(String text, long nanos) {
        assertEquals(nanos, TimeoutDuration.nanos(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inf", "INFINITY", "infm", "1e400", "9999999999999", "2.34e+5000d", "1.18973e+4932"})
    void hugeOnesAreForEver(String text) {
        assertEquals(Long.MAX_VALUE, TimeoutDuration.nanos(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "invalid",
                "s",
                "-1",
                " -0.1",
                " -1e-10000",
                "-inf",
                "nan",
                "1dd",
                "42D",
                "1 s",
                "1s ",
                "1e",
                "1e+",
                ".",
                "+",
                "0xg",
                "--1",
                "1,5",
                "in",
                "1ms",
                "30m1h",
                "1h30",
                "1h1h",
                "1.5h30m",
                "1h30m ",
                "-1h30m",
                "1h-1m",
                "0x1h30m",
                "1hm"
            })
    void whatIsNoDurationIsRefused(String text) {
        assertEquals(TimeoutDuration.INVALID, TimeoutDuration.nanos(text));
    }
}
