package dev.leash.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class SizeTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "1B, 1",
        "64k, 65536",
        "64K, 65536",
        "64KiB, 65536",
        "16M, 16777216",
        "16MiB, 16777216",
        "16MB, 16000000",
        "1GiB, 1073741824",
        "1GB, 1000000000",
        "2147483639, 2147483639",
    })
    void unitsArePowersOf1024Or1000(String text, int bytes) throws UsageException {
        assertEquals(bytes, SizeText.bytes("--output-limit", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1", "1.5M", "1 M", "1T", "1Mib", "2147483640", "2GiB", "99999999999999999999"})
    void whatIsNoSizeOrTooMuchIsRefused(String text) {
        assertThrows(UsageException.class, () -> SizeText.bytes("--output-limit", text));
    }
}
