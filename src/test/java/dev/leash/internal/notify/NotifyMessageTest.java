package dev.leash.internal.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.notify.NotifyMessage.Watchdog;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a datagram of sd_notify(3) says, and that no datagram is anything but a message. */
@Timeout(60)
class NotifyMessageTest {
    private static NotifyMessage parse(String message) {
        return NotifyMessage.parse(message.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void eachKeyIsKnown() {
        assertTrue(parse("READY=1").ready());
        assertTrue(parse("RELOADING=1").reloading());
        assertTrue(parse("STOPPING=1").stopping());
        assertTrue(parse("BARRIER=1").barrier());
        assertEquals(Watchdog.ALIVE, parse("WATCHDOG=1").watchdog());
        assertEquals(Watchdog.TRIGGER, parse("WATCHDOG=trigger").watchdog());
        assertEquals(
                "Listening on port 80", parse("STATUS=Listening on port 80").status());
        assertEquals(2, parse("ERRNO=2").errno());
        assertEquals(4711, parse("MAINPID=4711").mainPid());
        assertEquals(20_000_000, parse("WATCHDOG_USEC=20000000").watchdogMicros());
        assertEquals(5_000_000, parse("EXTEND_TIMEOUT_USEC=5000000").extendTimeoutMicros());
        assertEquals(123, parse("RELOADING=1\nMONOTONIC_USEC=123").monotonicMicros());
    }

    @Test
    void manyLinesAreOneMessage() {
        NotifyMessage said = parse("READY=1\nSTATUS=a=b = c\nMAINPID=7\nX_OWN=1\n");
        assertTrue(said.ready());
        assertEquals("a=b = c", said.status());
        assertEquals(7, said.mainPid());
    }

    @Test
    void whatIsNotSaidIsEmpty() {
        for (String nothing : new String[] {
            "",
            "\n",
            "\n\n",
            "=",
            "=1",
            "READY",
            "READY=",
            "READY=0",
            "READY=11",
            "READY= 1",
            "READY=1 ",
            "READY=1\r",
            "ready=1",
            " READY=1",
            "READY =1",
            "UNKNOWN=1",
            "READY=yes",
            "WATCHDOG=0",
            "WATCHDOG=TRIGGER",
            "=READY=1",
            "FDSTORE=1\nFDNAME=x",
            "MAINPID=0",
            "ERRNO=0"
        }) {
            assertEquals(NotifyMessage.EMPTY, parse(nothing), nothing);
        }
        assertNull(NotifyMessage.EMPTY.status());
        assertEquals(NotifyMessage.NOT_SAID, NotifyMessage.EMPTY.watchdogMicros());
    }

    @Test
    void badLineLeavesTheOthers() {
        assertTrue(parse("nonsense\nREADY=1\n=\n").ready());
        assertTrue(parse("MAINPID=x\nREADY=1").ready());
    }

    @Test
    void ofAKeyThatIsThereTwiceTheFirstCounts() {
        assertEquals("a", parse("STATUS=a\nSTATUS=b").status());
        assertEquals(Watchdog.ALIVE, parse("WATCHDOG=1\nWATCHDOG=trigger").watchdog());
    }

    @Test
    void emptyStatusTakesTheLastOneBack() {
        assertEquals("", parse("STATUS=").status());
        assertEquals("", parse("STATUS=\nREADY=1").status());
    }

    @Test
    void numbersThatAreNoneAreNotSaid() {
        for (String bad : new String[] {"", "-1", "+1", "1.5", "1s", " 1", "0x10", "\u0661", "infinity"}) {
            assertEquals(NotifyMessage.EMPTY, parse("WATCHDOG_USEC=" + bad), bad);
            assertEquals(NotifyMessage.EMPTY, parse("MAINPID=" + bad), bad);
        }
        assertEquals(0, parse("MAINPID=2147483648").mainPid());
        assertEquals(0, parse("ERRNO=4096").errno());
    }

    @Test
    void hugeTimesAreTheLongest() {
        assertEquals(Long.MAX_VALUE, parse("WATCHDOG_USEC=18446744073709551615").watchdogMicros());
        assertEquals(Long.MAX_VALUE, parse("WATCHDOG_USEC=9223372036854775807").watchdogMicros());
        assertEquals(Long.MAX_VALUE, parse("WATCHDOG_USEC=9223372036854775808").watchdogMicros());
        assertEquals(
                Long.MAX_VALUE - 1, parse("WATCHDOG_USEC=9223372036854775806").watchdogMicros());
        assertEquals(
                Long.MAX_VALUE, parse("EXTEND_TIMEOUT_USEC=" + "9".repeat(4000)).extendTimeoutMicros());
        assertEquals(7, parse("WATCHDOG_USEC=" + "0".repeat(3000) + "7").watchdogMicros());
        assertEquals(0, parse("WATCHDOG_USEC=0").watchdogMicros());
    }

    @Test
    void nulsAreNoPartOfAMessage() {
        assertTrue(parse("READY=1\0").ready(), "the one that ends a string of C");
        assertTrue(parse("READY=1\n\0").ready());
        assertEquals(NotifyMessage.EMPTY, parse("READY=1\0STATUS=x"));
        assertEquals(NotifyMessage.EMPTY, parse("READY=1\0\0"));
        assertEquals(NotifyMessage.EMPTY, parse("\0"));
    }

    @Test
    void whatIsTooLongSaysNothing() {
        String longest = "READY=1\nSTATUS=" + "x".repeat(4096 - 15);
        assertTrue(parse(longest).ready());
        assertEquals(NotifyMessage.EMPTY, parse(longest + "x"));
    }

    @Test
    void statusIsText() {
        assertEquals(
                "prêt \u2713 \uD83D\uDC18",
                parse("STATUS=prêt \u2713 \uD83D\uDC18").status());
        assertEquals("a\uFFFD[31mred\uFFFDb", parse("STATUS=a\u001B[31mred\rb").status());
        assertEquals("\uFFFD31m", parse("STATUS=\u009B31m").status(), "the same sequence in one character");
        NotifyMessage latin = NotifyMessage.parse("STATUS=pr\u00EAt\nREADY=1".getBytes(StandardCharsets.ISO_8859_1));
        assertNull(latin.status());
        assertTrue(latin.ready());
    }

    @Test
    void anyBytesAreAMessage() {
        Random random = new Random(20);
        byte[] alphabet = "READY=1\nSTATUS=WATCHDOG_USEC=9\0\u00FF\u0080".getBytes(StandardCharsets.ISO_8859_1);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (round % 2 == 0) {
                for (int at = 0; at < bytes.length; at++) {
                    bytes[at] = alphabet[random.nextInt(alphabet.length)];
                }
            }
            NotifyMessage said = NotifyMessage.parse(bytes);
            assertTrue(said.mainPid() >= 0 && said.watchdogMicros() >= -1, said.toString());
        }
    }
}
