package dev.leash.cli.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class TimeoutSignalTest {
    @ParameterizedTest
    @CsvSource({
        "TERM, 15",
        "SIGTERM, 15",
        "sigterm, 15",
        "15, 15",
        "SIG15, 15",
        "0, 0",
        "EXIT, 0",
        "143, 15",
        "137, 9",
        "271, 15",
        "64, 64",
        "RTMIN, 34",
        "SIGRTMIN+2, 36",
        "RTMAX, 64",
        "RTMAX-1, 63",
        "CLD, 17",
        "IOT, 6",
        "IO, 29",
        "POLL, 29",
    })
    void namesNumbersAndExitStatusesAreSignals(String text, int signal) {
        assertEquals(signal, TimeoutSignal.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SIG",
                "invalid",
                "-1",
                "+1",
                " 1",
                "65",
                "1x",
                "RTMIN-1",
                "RTMIN+31",
                "RTMAX+1",
                "99999999999"
            })
    void whatIsNoSignalIsRefused(String text) {
        assertEquals(TimeoutSignal.INVALID, TimeoutSignal.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "9, KILL", "15, TERM", "29, POLL", "34, RTMIN", "49, RTMIN+15", "50, RTMAX-14", "64, RTMAX"})
    void messagesNameThem(int signal, String name) {
        assertEquals(name, TimeoutSignal.name(signal));
    }
}
