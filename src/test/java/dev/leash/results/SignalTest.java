package dev.leash.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Signal;
import dev.leash.support.Patience;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and numbers of signals. The shell's {@code kill -l} is the second opinion. */
@Timeout(30)
class SignalTest {
    @ParameterizedTest
    @CsvSource({
        "TERM, 15", "SIGTERM, 15", "sigterm, 15", "Term, 15", "' KILL ', 9", "15, 15", "1, 1", "64, 64",
        "IOT, 6", "CLD, 17", "POLL, 29", "SIGIO, 29", "RTMIN, 34", "RTMIN+1, 35", "SIGRTMIN+30, 64", "rtmax, 64",
        "RTMAX-0, 64", "RTMAX-30, 34", "32, 32", "33, 33"
    })
    void namesAndNumbersAreUnderstood(String text, int number) {
        assertEquals(number, Signal.parse(text).number());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "0",
                "65",
                "-1",
                "-9",
                "1000000000000",
                "TERMINATE",
                "SIG",
                "SIGSIGTERM",
                "NULL",
                "EXIT",
                "TERM ME",
                "15x",
                "1.5",
                "RTMIN-1",
                "RTMIN+31",
                "RTMIN+",
                "RTMIN+x",
                "RTMIN+-1",
                "RTMAX+1",
                "RTMAX-31",
                "RTMAX-",
                "RTMAX--1",
                "RTMIN1",
                "RT",
                "\0"
            })
    void whatIsNoSignalIsRefused(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Signal.parse(text));
        assertTrue(e.getMessage().startsWith("no such signal: "), e.getMessage());
    }

    @Test
    void nullIsRefused() {
        assertThrows(NullPointerException.class, () -> Signal.parse(null));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void numbersOutOfRangeAreRefused(int number) {
        assertThrows(IllegalArgumentException.class, () -> new Signal(number));
    }

    @Test
    void everySignalIsUnderstoodByTheNameThatItShows() {
        for (int number = 1; number <= 64; number++) {
            Signal signal = new Signal(number);
            assertEquals(signal, Signal.parse(signal.name()));
            assertEquals(signal, Signal.parse("SIG" + signal.name().toLowerCase(java.util.Locale.ROOT)));
            assertEquals(signal.name(), signal.toString());
        }
    }

    @Test
    void theConstantsBearTheirOwnNames() throws IllegalAccessException {
        int constants = 0;
        for (var field : Signal.class.getFields()) {
            if (field.getType() == Signal.class) {
                assertEquals(field.getName(), ((Signal) field.get(null)).name());
                constants++;
            }
        }
        assertTrue(constants >= 10, "found " + constants);
    }

    /** The shell has its names from the C library of this machine. */
    @Test
    void theNamesAreThoseOfTheSystemsShell() throws Exception {
        Process shell = new ProcessBuilder("/bin/sh", "-c", "n=1; while [ $n -le 31 ]; do kill -l $n; n=$((n+1)); done")
                .redirectErrorStream(true)
                .start();
        String[] names = new String(shell.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                .split("\n", -1);
        assertTrue(shell.waitFor(Patience.seconds(10).toSeconds(), TimeUnit.SECONDS));
        assertEquals(0, shell.exitValue());
        for (int number = 1; number <= 31; number++) {
            String name = names[number - 1];
            assertEquals(number, Signal.parse(name).number(), name);
            if (!name.equals("POLL") && !name.equals("16")) { // dash's names for IO and STKFLT
                assertEquals(name, new Signal(number).name());
            }
        }
    }
}
