package dev.leash.internal.guardian;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The text of one line of the {@link GuardianTable}. Each number has its place, where no other number ever is. It creates
 * no string, since each run calls it. For one thread at a time.
 */
final class LineText {
    static final int BYTES = 128;

    // A pid has at most 7 digits, and ticks have 11 after 31 years.
    private static final int PID = 2;
    private static final int SINCE = PID + 8;
    private static final int UNTIL = SINCE + 12;
    private static final int SEEN = UNTIL + 12;
    private static final int MARK = SEEN + 12;

    /** The place of a cgroup, with the longest numbers of namespace and process, and the name of a fifo take no more. */
    private static final int LONGEST_MARK = BYTES - 1 - MARK;

    private final byte[] text = new byte[BYTES];

    /** @param mark what follows the numbers; if it is empty, "-" */
    LineText(String mark) {
        byte[] bytes = (mark.isEmpty() ? "-" : mark).getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(text, (byte) ' ');
        System.arraycopy(bytes, 0, text, MARK, Math.min(bytes.length, LONGEST_MARK));
        text[BYTES - 1] = '\n';
    }

    /** The line with this letter and these numbers. The next call changes it. */
    byte[] of(byte letter, int pid, long since, long until, long seen) {
        Arrays.fill(text, 0, MARK, (byte) ' ');
        text[0] = letter;
        put(PID, pid);
        put(SINCE, since);
        put(UNTIL, until);
        put(SEEN, seen);
        return text;
    }

    private void put(int start, long number) {
        int end = start + 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            end++;
        }
        long rest = number;
        for (int at = end - 1; at >= start; at--) {
            text[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
