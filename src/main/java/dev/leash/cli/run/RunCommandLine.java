package dev.leash.cli.run;

import dev.leash.Signal;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.DurationText;
import dev.leash.cli.options.GivenOptions;
import dev.leash.cli.options.GivenOptions.Form;
import dev.leash.cli.options.NumberText;
import dev.leash.cli.options.SizeText;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.Resources;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of {@code leash run}. Every value is taken as it is and converted here, since it is {@link RawText}. */
public final class RunCommandLine {
    private static final int DEFAULT_OUTPUT_LIMIT = 16 << 20;
    private static final long DEFAULT_GRACE_NANOS = 2_000_000_000L;

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
            Form.value("--nofile", "N"),
            Form.value("--nice", "N"),
            Form.value("--directory", "DIR"),
            Form.value("--env", "NAME=VALUE"),
            Form.flag("--json"),
            Form.value("--output-limit", "SIZE"),
            Form.value("--keep", "head|tail|both"),
            Form.flag("--quiet"),
            new Form("--help", 'h', ""));

    private RunCommandLine() {}

    /** What is asked for, or null if that is help. */
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
        requireConsistent(given, json);
        String idle = given.value("--idle-timeout");
        return new RunOptions(
                timeout == null ? Long.MAX_VALUE : DurationText.nanos("--timeout", timeout),
                timeout == null ? "" : timeout,
                stopPlan(given.value("--signal"), given.value("--grace")),
                grace(given.value("--grace")),
                given.has("--merge"),
                leaveStragglers(given.value("--stragglers")),
                limit == null ? DEFAULT_OUTPUT_LIMIT : SizeText.bytes("--output-limit", limit),
                keep(given.value("--keep")),
                idle == null ? Long.MAX_VALUE : DurationText.nanos("--idle-timeout", idle),
                given.value("--stdin"),
                given.value("--stdout"),
                given.value("--stderr"),
                given.has("--append"),
                given.has("--tty"),
                given.has("--prefix"),
                given.value("--directory"),
                RunContainment.of(
                        given.value("--containment"),
                        given.value("--memory"),
                        given.value("--pids"),
                        given.value("--cpu")),
                settings(given.value("--nofile"), given.value("--nice")),
                assignments(given.values("--env")),
                json,
                given.has("--quiet"),
                command);
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

    private static OutputTarget.Keep keep(@Nullable String text) throws UsageException {
        if (text == null) {
            return OutputTarget.Keep.STOP;
        }
        return switch (text) {
            case "head" -> OutputTarget.Keep.HEAD;
            case "tail" -> OutputTarget.Keep.TAIL;
            case "both" -> OutputTarget.Keep.ENDS;
            default -> throw new UsageException("--keep can be 'head', 'tail' or 'both', not '" + text + "'");
        };
    }

    private static ProcessSettings settings(@Nullable String nofile, @Nullable String nice) throws UsageException {
        ProcessSettings settings = ProcessSettings.NONE;
        if (nofile != null) {
            // With less, no program that needs a shared library could be started.
            long files = NumberText.from("--nofile", nofile, 4, Integer.MAX_VALUE);
            settings = settings.withLimit(new ProcessSettings.Limit("NOFILE", Resources.NOFILE, files, files));
        }
        if (nice != null) {
            settings = settings.withNiceness((int) NumberText.from("--nice", nice, -20, 19));
        }
        return settings;
    }

    private static long grace(@Nullable String grace) throws UsageException {
        return grace == null ? 0 : DurationText.nanos("--grace", grace);
    }

    private static List<StopStep> stopPlan(@Nullable String signal, @Nullable String grace) throws UsageException {
        StopStep kill = new StopStep(StopStep.SIGKILL, 0);
        if (signal == null && grace == null) {
            return List.of(kill);
        }
        int first = signal == null ? Signal.TERM.number() : signal(signal);
        if (first == StopStep.SIGKILL) {
            if (grace != null) {
                throw new UsageException("--grace makes no sense with --signal KILL: nothing outlasts it");
            }
            return List.of(kill);
        }
        return List.of(new StopStep(first, grace == null ? DEFAULT_GRACE_NANOS : grace(grace)), kill);
    }

    private static int signal(String text) throws UsageException {
        try {
            return Signal.parse(text).number();
        } catch (IllegalArgumentException e) {
            throw new UsageException("--signal needs a signal such as TERM, SIGINT or 10, not '" + text + "'");
        }
    }

    private static boolean leaveStragglers(@Nullable String text) throws UsageException {
        if (text == null || text.equals("kill")) {
            return false;
        }
        if (text.equals("leave")) {
            return true;
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
