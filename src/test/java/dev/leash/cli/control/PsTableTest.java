package dev.leash.cli.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PsTableTest {
    @ParameterizedTest
    @CsvSource({"0, 0s", "59, 59s", "60, 1m0s", "3599, 59m59s", "3600, 1h0m", "86399, 23h59m", "90000, 1d1h"})
    void aDurationHasItsTwoGreatestUnits(long seconds, String text) {
        assertEquals(text, PsTable.duration(seconds));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1023, 1023", "1024, 1.0K", "104857, 102K", "1610612736, 1.5G", "1125899906842624, 1024T"})
    void aSizeHasThreeDigits(long bytes, String text) {
        assertEquals(text, PsTable.size(bytes));
    }
}
