package dev.leash.cli.run;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Rlimit;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.StragglerPolicy;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.DurationText;
import dev.leash.cli.options.GivenOptions;
import dev.leash.cli.options.GivenOptions.Form;
import dev.leash.cli.options.NumberText;
import dev.leash.cli.options.SizeText;
import dev.leash.cli.options.UsageException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of {@code leash run}. Values are {@link RawText} and are converted here. */
public final class RunCommandLine {
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(2);

    /** In the order of {@link RunHelp}. */
    public static final List<Form> FORMS = List.of(
            Form.value("--timeout", "DURATION"),
            Form.value("--signal", "SIGNAL"),
            Form.value("--grace", "DURATION"),
            Form.value("--idle-timeout", "DURATION"),
            Form.value("--stdin", "FILE"),
            Form.value("--stdout", "FILE"),
            Form.value("--stderr", "FILE"),
            Form.flag("--append"),
            Form.flag("--tty"),
            Form.flag("--prefix"),
            Form.flag("--merge"),
            Form.value("--stragglers", "kill|leave"),
            Form.value("--containment", "group|tree|cgroup|strongest"),
            Form.value("--memory", "SIZE"),
            Form.value("--pids", "N"),
            Form.value("--cpu", "N"),
            Form.value("--cpuset", "LIST"),
            Form.value("--device-read", "DISK:SIZE"),
            Form.value("--device-write", "DISK:SIZE"),
            Form.value("--nofile", "N"),
            Form.value("--nice", "N"),
            Form.value("--directory", "DIR"),
            Form.value("--env", "NAME=VALUE"),
            Form.flag("--json"),
            Form.value("--output-limit", "SIZE"),
            Form.value("--keep", "head|tail|both"),
            Form.value("--counters", "LIST"),
            Form.flag("--quiet"),
            new Form("--help", 'h', ""));

    private RunCommandLine() {}

    /** The options, or null if help was asked for. */
    static @Nullable RunOptions parse(List<String> arguments) throws UsageException {
        GivenOptions given = GivenOptions.parse("run", FORMS, arguments, true);
        return given.asksForHelp() ? null : options(given);
    }

    private static RunOptions options(GivenOptions given) throws UsageException {
        List<String> command = given.operands();
        if (command.isEmpty()) {
            throw new UsageException("no program to run was given; try 'leash run --help'");
        }
        String timeout = given.value("--timeout");
        boolean json = given.has("--json");
        String limit = given.value("--output-limit");
        if (limit != null && !json) {
            throw new UsageException("--output-limit needs --json: without it the output is not captured");
        }
        if (given.has("--keep") && !json) {
            throw new UsageException("--keep needs --json: without it the output is not captured");
        }
        if (given.has("--counters") && !json) {
            throw new UsageException("--counters needs --json: they are in the report");
        }
        requireConsistent(given, json);
        return new RunOptions(
                command,
                described(given, Command.ofBytes(RawText.bytes(command))),
                timeout == null ? "" : timeout,
                grace(given.value("--grace")),
                given.has("--idle-timeout"),
                given.has("--merge"),
                capture(given.value("--keep"), limit),
                given.value("--stdin"),
                given.value("--stdout"),
                given.value("--stderr"),
                given.has("--append"),
                given.has("--tty"),
                given.has("--prefix"),
                given.has("--directory"),
                assignments(given.values("--env")),
                json,
                given.has("--quiet"));
    }

    /** {@code program} with the settings of its run. */
    private static Command described(GivenOptions given, Command program) throws UsageException {
        Command command = program;
        String timeout = given.value("--timeout");
        if (timeout != null) {
            command = command.timeout(Duration.ofNanos(DurationText.nanos("--timeout", timeout)));
        }
        command = command.stopPlan(stopPlan(given.value("--signal"), given.value("--grace")))
                .stragglers(stragglers(given.value("--stragglers")));
        String idle = given.value("--idle-timeout");
        if (idle != null) {
            command = command.idleTimeout(Duration.ofNanos(DurationText.nanos("--idle-timeout", idle)));
        }
        command = RunContainment.given(command, given);
        String files = given.value("--nofile");
        if (files != null) {
            // With fewer, no program that needs a shared library could start.
            command = command.rlimit(Rlimit.NOFILE, NumberText.from("--nofile", files, 4, Integer.MAX_VALUE));
        }
        String nice = given.value("--nice");
        if (nice != null) {
            command = command.nice((int) NumberText.from("--nice", nice, -20, 19));
        }
        String counters = given.value("--counters");
        if (counters != null) {
            command = command.counters(CounterNames.parse(counters));
        }
        String directory = given.value("--directory");
        return directory == null ? command : command.directory(RawText.bytes(directory));
    }

    private static void requireConsistent(GivenOptions given, boolean json) throws UsageException {
        boolean file = given.has("--stdout") || given.has("--stderr");
        if (given.has("--append") && !file) {
            throw new UsageException("--append needs --stdout FILE or --stderr FILE to append to");
        }
        if (given.has("--merge") && given.has("--stderr")) {
            throw new UsageException("--merge and --stderr contradict each other: standard error goes to one place");
        }
        if (given.has("--prefix") && json) {
            throw new UsageException(
                    "--prefix and --json contradict each other: the output is printed, or in the report");
        }
        if (given.has("--tty") && (file || given.has("--merge"))) {
            throw new UsageException("with --tty there is one stream, the terminal's: redirect that of leash itself");
        }
        if (given.has("--idle-timeout") && given.has("--stdout") && (given.has("--stderr") || given.has("--merge"))) {
            throw new UsageException("--idle-timeout needs output that leash can see, and all of it goes into files");
        }
    }

    private static Output capture(@Nullable String keep, @Nullable String limit) throws UsageException {
        int bytes = limit == null ? Output.DEFAULT_CAPTURE_LIMIT : SizeText.bytes("--output-limit", limit);
        if (keep == null) {
            return Output.capture(bytes);
        }
        return switch (keep) {
            case "head" -> Output.captureHead(bytes);
            case "tail" -> Output.captureTail(bytes);
            case "both" -> Output.captureEnds(bytes);
            default -> throw new UsageException("--keep can be 'head', 'tail' or 'both', not '" + keep + "'");
        };
    }

    private static long grace(@Nullable String grace) throws UsageException {
        return grace == null ? 0 : DurationText.nanos("--grace", grace);
    }

    private static StopPlan stopPlan(@Nullable String signal, @Nullable String grace) throws UsageException {
        if (signal == null && grace == null) {
            return StopPlan.kill();
        }
        Signal first = signal == null ? Signal.TERM : signal(signal);
        if (first.equals(Signal.KILL)) {
            if (grace != null) {
                throw new UsageException("--grace makes no sense with --signal KILL: nothing outlasts it");
            }
            return StopPlan.kill();
        }
        return StopPlan.signal(first)
                .then(grace == null ? DEFAULT_GRACE : Duration.ofNanos(grace(grace)))
                .kill();
    }

    private static Signal signal(String text) throws UsageException {
        try {
            return Signal.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--signal needs a signal such as TERM, SIGINT or 10, not '" + text + "'");
        }
    }

    private static StragglerPolicy stragglers(@Nullable String text) throws UsageException {
        if (text == null || text.equals("kill")) {
            return StragglerPolicy.KILL;
        }
        if (text.equals("leave")) {
            return StragglerPolicy.LEAVE;
        }
        throw new UsageException("--stragglers can be 'kill' or 'leave', not '" + text + "'");
    }

    private static List<String> assignments(List<String> given) throws UsageException {
        for (String assignment : given) {
            if (assignment.indexOf('=') <= 0) {
                throw new UsageException("--env needs NAME=VALUE, not '" + assignment + "'");
            }
        }
        return given;
    }
}
