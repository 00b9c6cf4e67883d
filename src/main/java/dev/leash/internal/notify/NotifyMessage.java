package dev.leash.internal.notify;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one datagram of sd_notify(3) says: lines {@code KEY=VALUE}. What it does not say has the values of {@link
 * #EMPTY}. Keys that are not known, and values that are not valid, count as not said. Of a key that is there twice the
 * first counts, as in systemd.
 *
 * @param ready {@code READY=1}: it has started, or has ended a reload
 * @param reloading {@code RELOADING=1}: {@code READY=1} follows when it is done
 * @param stopping {@code STOPPING=1}
 * @param barrier {@code BARRIER=1}: the sender waits until the descriptor is closed that it has sent with it
 * @param status {@code STATUS=…}: one line for people, without control characters; empty to take back the last one
 * @param errno {@code ERRNO=…}: why it has failed; 0 if not said
 * @param mainPid {@code MAINPID=…}, as the sender sees it, which proves nothing; 0 if not said
 * @param watchdogMicros {@code WATCHDOG_USEC=…}: the new interval, 0 for none; {@link #NOT_SAID} if not said
 * @param extendTimeoutMicros {@code EXTEND_TIMEOUT_USEC=…}: within this time it says more; {@link #NOT_SAID} if not said
 * @param monotonicMicros {@code MONOTONIC_USEC=…}: CLOCK_MONOTONIC when it began to reload; {@link #NOT_SAID} if not said
 */
public record NotifyMessage(
        boolean ready,
        boolean reloading,
        boolean stopping,
        boolean barrier,
        Watchdog watchdog,
        @Nullable String status,
        int errno,
        int mainPid,
        long watchdogMicros,
        long extendTimeoutMicros,
        long monotonicMicros) {
    /** {@code WATCHDOG=…} */
    public enum Watchdog {
        NOT_SAID,
        /** {@code WATCHDOG=1}: it is alive. */
        ALIVE,
        /** {@code WATCHDOG=trigger}: it is to be treated as if it had missed its interval. */
        TRIGGER
    }

    public static final long NOT_SAID = -1;

    /** As in systemd: PIPE_BUF. */
    public static final int LONGEST = 4096;

    private static final int HIGHEST_ERRNO = 4095;

    /** Says nothing. */
    public static final NotifyMessage EMPTY = of(Map.of());

    /**
     * Never throws. A message that is longer than {@link #LONGEST}, or has a NUL before its end, says nothing, as in
     * systemd.
     */
    public static NotifyMessage parse(byte[] message) {
        int length = message.length;
        if (length > 0 && message[length - 1] == 0) {
            length--; // written with the NUL that ends strings in C
        }
        if (length == 0 || message.length > LONGEST) {
            return EMPTY;
        }
        Map<String, Text> said = new HashMap<>();
        int start = 0;
        int equals = -1;
        for (int at = 0; at <= length; at++) {
            byte character = at == length ? (byte) '\n' : message[at];
            if (character == 0) {
                return EMPTY;
            }
            if (character == '=' && equals < 0) {
                equals = at;
            } else if (character == '\n') {
                if (equals > start) {
                    String key = new String(message, start, equals - start, StandardCharsets.ISO_8859_1);
                    said.putIfAbsent(key, new Text(message, equals + 1, at));
                }
                start = at + 1;
                equals = -1;
            }
        }
        return of(said);
    }

    private static NotifyMessage of(Map<String, Text> said) {
        Text none = new Text(new byte[0], 0, 0);
        Text status = said.get("STATUS");
        return new NotifyMessage(
                said.getOrDefault("READY", none).is("1"),
                said.getOrDefault("RELOADING", none).is("1"),
                said.getOrDefault("STOPPING", none).is("1"),
                said.getOrDefault("BARRIER", none).is("1"),
                watchdog(said.getOrDefault("WATCHDOG", none)),
                status == null ? null : status.line(),
                (int) Math.max(0, said.getOrDefault("ERRNO", none).number(HIGHEST_ERRNO)),
                (int) Math.max(0, said.getOrDefault("MAINPID", none).number(Integer.MAX_VALUE)),
                said.getOrDefault("WATCHDOG_USEC", none).duration(),
                said.getOrDefault("EXTEND_TIMEOUT_USEC", none).duration(),
                said.getOrDefault("MONOTONIC_USEC", none).duration());
    }

    private static Watchdog watchdog(Text value) {
        return value.is("1") ? Watchdog.ALIVE : value.is("trigger") ? Watchdog.TRIGGER : Watchdog.NOT_SAID;
    }

    /** A part of the message, decoded when it is looked at. */
    private record Text(byte[] message, int start, int end) {
        boolean is(String expected) {
            return latin().equals(expected);
        }

        private String latin() {
            return new String(message, start, end - start, StandardCharsets.ISO_8859_1);
        }

        /** Null if it is not UTF-8. Control characters could change the terminal on which it is shown. */
        @Nullable
        String line() {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(message, start, end - start))
                        .toString()
                        .replaceAll("\\p{Cc}", "\uFFFD");
            } catch (CharacterCodingException e) {
                return null;
            }
        }

        /** {@link #NOT_SAID} if it is no decimal number, or more than {@code highest}. */
        long number(long highest) {
            long number = duration();
            return number > highest ? NOT_SAID : number;
        }

        /** The same, but one that is beyond a long is the highest: USEC_INFINITY is all ones. */
        long duration() {
            if (start == end) {
                return NOT_SAID;
            }
            long number = 0;
            for (int at = start; at < end; at++) {
                int digit = message[at] - '0';
                if (digit < 0 || digit > 9) {
                    return NOT_SAID;
                }
                number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : number * 10 + digit;
            }
            return number;
        }
    }
}
