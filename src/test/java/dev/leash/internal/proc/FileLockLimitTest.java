package dev.leash.internal.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What /proc/PID/limits says of RLIMIT_LOCKS. */
class FileLockLimitTest {
    private static long parse(String line) {
        return FileLockLimit.parse(
                """
                Limit                     Soft Limit           Hard Limit           Units
                Max address space         unlimited            4711                 bytes
                """ + line + "\nMax pending signals       63432                63432                signals\n");
    }

    @Test
    void itIsTheHardOneOfTheRightLine() {
        assertEquals(23, parse("Max file locks            17                   23                   locks     "));
        assertEquals(23, parse("Max file locks            unlimited            23                   locks     "));
        assertEquals(
                2305843009213693953L,
                parse("Max file locks            2305843009213693953  2305843009213693953  locks     "));
    }

    /** A process of any user may have it, and one search looks at all processes. */
    @Test
    void numberOfSixtyFourBitsIsTakenForTheGreatest() {
        for (String number : new String[] {"9223372036854775807", "9223372036854775808", "18446744073709551614"}) {
            assertEquals(Long.MAX_VALUE, parse("Max file locks            " + number + " " + number + " locks     "));
        }
    }

    @Test
    void noneIsTold() {
        assertEquals(
                FileLockLimit.NONE, parse("Max file locks            unlimited            unlimited            locks"));
        assertEquals(FileLockLimit.NONE, parse(""));
        assertEquals(FileLockLimit.NONE, FileLockLimit.parse("Max file locks"));
        assertEquals(FileLockLimit.NONE, FileLockLimit.parse(""));
    }
}
