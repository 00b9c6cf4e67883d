package dev.leash;

import dev.leash.internal.sys.SignalNumbers;
import java.util.List;
import java.util.Locale;

/**
 * A signal by its number on Linux, see signal(7). The numbers are those of x86-64, AArch64 and RISC-V.
 *
 * {@snippet class="dev.leash.examples.Signals" region="signal"}
 *
 * @param number 1 to 64
 */
public record Signal(int number) {
    private static final int HIGHEST = SignalNumbers.SIGRTMAX;

    private static final int RTMIN = SignalNumbers.SIGRTMIN;

    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    /** Hang-up: the terminal is gone. */
    public static final Signal HUP = new Signal(SignalNumbers.SIGHUP);

    /** Interrupt from the keyboard. */
    public static final Signal INT = new Signal(SignalNumbers.SIGINT);

    /** Quit from the keyboard, by default with a core dump. */
    public static final Signal QUIT = new Signal(SignalNumbers.SIGQUIT);

    /** Ends a process, which cannot catch, block or ignore it. */
    public static final Signal KILL = new Signal(SignalNumbers.SIGKILL);

    /** For the program's own use. */
    public static final Signal USR1 = new Signal(SignalNumbers.SIGUSR1);

    /** For the program's own use. */
    public static final Signal USR2 = new Signal(SignalNumbers.SIGUSR2);

    /** The alarm clock. */
    public static final Signal ALRM = new Signal(SignalNumbers.SIGALRM);

    /** A request to end, which a process can handle. */
    public static final Signal TERM = new Signal(SignalNumbers.SIGTERM);

    /** Continue after a stop. */
    public static final Signal CONT = new Signal(SignalNumbers.SIGCONT);

    /** Stops a process, which cannot catch, block or ignore it. */
    public static final Signal STOP = new Signal(SignalNumbers.SIGSTOP);

    /**
     * A signal by number.
     *
     * @throws IllegalArgumentException if there is no such number
     */
    public Signal {
        if (number < 1 || number > HIGHEST) {
            throw new IllegalArgumentException("no such signal: " + number + " (1 to " + HIGHEST + ")");
        }
    }

    /**
     * A signal by name or number: {@code TERM}, {@code SIGTERM}, {@code sigterm}, {@code 15}, {@code RTMIN+1}, {@code
     * RTMAX}.
     *
     * @throws IllegalArgumentException if there is no such signal
     */
    public static Signal parse(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        if (name.startsWith("SIG")) {
            name = name.substring(3);
        }
        int known = NAMES.indexOf(alias(name)) + 1;
        if (known > 0) {
            return new Signal(known);
        }
        try {
            if (name.equals("RTMIN") || name.startsWith("RTMIN+")) {
                return realtime(RTMIN + offset(name), text);
            }
            if (name.equals("RTMAX") || name.startsWith("RTMAX-")) {
                return realtime(HIGHEST + offset(name), text);
            }
            return new Signal(Integer.parseInt(name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("no such signal: " + text, e);
        }
    }

    private static String alias(String name) {
        return switch (name) {
            case "IOT" -> "ABRT";
            case "CLD" -> "CHLD";
            case "POLL" -> "IO";
            default -> name;
        };
    }

    private static int offset(String name) {
        return name.length() == 5 ? 0 : Integer.parseInt(name.substring(5));
    }

    private static Signal realtime(int number, String text) {
        if (number < RTMIN || number > HIGHEST) {
            throw new IllegalArgumentException("no such signal: " + text);
        }
        return new Signal(number);
    }

    /** The name without {@code SIG}, such as {@code TERM} or {@code RTMIN+1}. */
    public String name() {
        if (number <= NAMES.size()) {
            return NAMES.get(number - 1);
        }
        if (number < RTMIN) {
            return Integer.toString(number);
        }
        return number == RTMIN ? "RTMIN" : "RTMIN+" + (number - RTMIN);
    }

    /** The same as {@link #name}. */
    @Override
    public String toString() {
        return name();
    }
}
