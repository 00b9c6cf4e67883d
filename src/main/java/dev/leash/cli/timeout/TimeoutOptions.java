package dev.leash.cli.timeout;

import dev.leash.cli.io.LocaleQuote;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.GetoptLong;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.SignalNumbers;
import java.util.List;

/**
 * A command line of {@code leash timeout}. All text in it is {@link RawText}.
 *
 * @param durationNanos 0 for no limit
 * @param killAfterNanos 0 for no KILL
 * @param signal 0 to 64
 * @param command empty unless the request is RUN
 */
record TimeoutOptions(
        Request request,
        long durationNanos,
        long killAfterNanos,
        int signal,
        boolean foreground,
        boolean preserveStatus,
        boolean verbose,
        List<String> command) {
    /** What the command line asks for. */
    enum Request {
        RUN,
        HELP,
        VERSION
    }

    private static final char HELP = 1;
    private static final char VERSION = 2;

    private static final List<GetoptLong.Option> OPTIONS = List.of(
            new GetoptLong.Option("foreground", 'f', false),
            new GetoptLong.Option("kill-after", 'k', true),
            new GetoptLong.Option("preserve-status", 'p', false),
            new GetoptLong.Option("signal", 's', true),
            new GetoptLong.Option("verbose", 'v', false),
            new GetoptLong.Option("help", HELP, false),
            new GetoptLong.Option("version", VERSION, false));

    /** @throws UsageException with an empty message if words are missing */
    static TimeoutOptions parse(List<String> arguments) throws UsageException {
        long killAfter = 0;
        int signal = SignalNumbers.SIGTERM;
        boolean foreground = false;
        boolean preserveStatus = false;
        boolean verbose = false;
        GetoptLong line = new GetoptLong(OPTIONS, arguments);
        for (char option = line.next(); option != GetoptLong.END; option = line.next()) {
            switch (option) {
                case 'f' -> foreground = true;
                case 'k' -> killAfter = duration(line.value());
                case 'p' -> preserveStatus = true;
                case 's' -> signal = signal(line.value());
                case 'v' -> verbose = true;
                case HELP -> {
                    return only(Request.HELP);
                }
                default -> {
                    return only(Request.VERSION);
                }
            }
        }
        List<String> operands = line.operands();
        if (operands.size() < 2) {
            throw new UsageException("");
        }
        return new TimeoutOptions(
                Request.RUN,
                duration(operands.getFirst()),
                killAfter,
                signal,
                foreground,
                preserveStatus,
                verbose,
                operands.subList(1, operands.size()));
    }

    private static TimeoutOptions only(Request request) {
        return new TimeoutOptions(request, 0, 0, 0, false, false, false, List.of());
    }

    private static long duration(String text) throws UsageException {
        long nanos = TimeoutDuration.nanos(text);
        if (nanos == TimeoutDuration.INVALID) {
            throw new UsageException("invalid time interval " + LocaleQuote.quote(text));
        }
        return nanos;
    }

    private static int signal(String text) throws UsageException {
        int signal = TimeoutSignal.parse(text);
        if (signal == TimeoutSignal.INVALID) {
            throw new UsageException(LocaleQuote.quote(text) + ": invalid signal");
        }
        return signal;
    }

    boolean sendsKill() {
        return signal == StopStep.SIGKILL;
    }
}
