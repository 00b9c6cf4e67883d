package dev.leash.cli.timeout;

import dev.leash.internal.sys.SignalNumbers;
import java.util.List;
import java.util.Locale;

/** Signals on the command line of {@code leash timeout} and in its messages; 0 is one of them. */
final class TimeoutSignal {
    static final int INVALID = -1;

    private static final int HIGHEST = SignalNumbers.SIGRTMAX;
    private static final int RTMIN = SignalNumbers.SIGRTMIN;
    private static final int RTMAX = SignalNumbers.SIGRTMAX;

    /** The names that messages use. 29 is POLL here; elsewhere it is called IO. */
    private static final List<String> NAMES = List.of(
            "EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "POLL", "PWR", "SYS");

    private TimeoutSignal() {}

    /** The number of a name with or without SIG, of a number, or of a shell's exit status; or {@link #INVALID}. */
    static int parse(String text) {
        if (!text.isEmpty() && isDigit(text.charAt(0))) {
            int number = decimal(text);
            if (number < 0) {
                return INVALID;
            }
            // A shell reports a program that a signal ended as 128 plus the number; ksh as 256 plus the number.
            return inRange(number & (number >= 0xff ? 0xff : 0x7f));
        }
        String name = text.toUpperCase(Locale.ROOT);
        int number = named(name);
        return number == INVALID && name.startsWith("SIG") ? named(name.substring(3)) : number;
    }

    private static int named(String name) {
        int known = NAMES.indexOf(
                switch (name) {
                    case "IOT" -> "ABRT";
                    case "CLD" -> "CHLD";
                    case "IO" -> "POLL";
                    default -> name;
                });
        if (known >= 0) {
            return known;
        }
        if (name.startsWith("RTMIN")) {
            return realtime(RTMIN, 1, name.substring(5), '+');
        }
        if (name.startsWith("RTMAX")) {
            return realtime(RTMAX, -1, name.substring(5), '-');
        }
        return !name.isEmpty() && isDigit(name.charAt(0)) ? inRange(decimal(name)) : INVALID;
    }

    private static int realtime(int base, int direction, String offset, char sign) {
        if (offset.isEmpty()) {
            return base;
        }
        int distance = offset.charAt(0) == sign ? decimal(offset.substring(1)) : INVALID;
        return distance < 0 || distance > RTMAX - RTMIN ? INVALID : base + direction * distance;
    }

    private static int inRange(int number) {
        return number > HIGHEST ? INVALID : number;
    }

    /** The number that the whole of {@code text} is, or {@link #INVALID}. */
    private static int decimal(String text) {
        if (text.isEmpty() || text.length() > 18) {
            return INVALID;
        }
        for (int at = 0; at < text.length(); at++) {
            if (!isDigit(text.charAt(at))) {
                return INVALID;
            }
        }
        long number = Long.parseLong(text);
        return number > Integer.MAX_VALUE ? INVALID : (int) number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The name of {@code signal} in messages. */
    static String name(int signal) {
        if (signal > 0 && signal < NAMES.size()) {
            return NAMES.get(signal);
        }
        if (signal < RTMIN) {
            return Integer.toString(signal);
        }
        // The name counts from the nearer end of the range.
        if (signal <= RTMIN + (RTMAX - RTMIN) / 2) {
            return signal == RTMIN ? "RTMIN" : "RTMIN+" + (signal - RTMIN);
        }
        return signal == RTMAX ? "RTMAX" : "RTMAX-" + (RTMAX - signal);
    }
}
