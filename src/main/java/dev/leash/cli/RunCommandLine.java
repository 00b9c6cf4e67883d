package dev.leash.cli;

import dev.leash.Signal;
import dev.leash.internal.io.Output;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.supervise.StopStep;
import dev.leash.internal.sys.Resources;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The options of {@code leash run}. Described to picocli by calls, not annotations: no reflection, so it starts sooner. Every
 * value is taken as it is and converted here, since it is {@link RawText}.
 */
final class RunCommandLine {
    private static final int DEFAULT_OUTPUT_LIMIT = 16 << 20;
    private static final long DEFAULT_GRACE_NANOS = 2_000_000_000L;

    private final CommandLine parser;

    RunCommandLine() {
        CommandSpec spec = CommandSpec.create().name("leash run");
        spec.addOption(
                value("--timeout", "DURATION", "End the run after DURATION: 1.5s, 500ms, 2m, 1h. Default: no limit."));
        spec.addOption(value(
                "--signal",
                "SIGNAL",
                "What to send first when the time is up, a name or a number. Default: KILL, or TERM with --grace."));
        spec.addOption(value(
                "--grace",
                "DURATION",
                "Send KILL to what is still alive DURATION after that signal. Default: 2s. Given, it also holds for a"
                        + " TERM that is sent to leash."));
        spec.addOption(value(
                "--idle-timeout",
                "DURATION",
                "End the run when there has been no output for DURATION. The output then passes through leash."));
        spec.addOption(value("--stdin", "FILE", "Standard input comes from FILE."));
        spec.addOption(value("--stdout", "FILE", "Standard output goes into FILE."));
        spec.addOption(value("--stderr", "FILE", "Standard error goes into FILE."));
        spec.addOption(flag("--append", "Write to the ends of these files; otherwise what they held is lost."));
        spec.addOption(flag(
                "--tty", "Give the program a terminal of its own. What it writes there goes to standard" + " output."));
        spec.addOption(flag(
                "--prefix",
                "Begin each line of output with the time since the start and the stream it came from. The output then"
                        + " passes through leash."));
        spec.addOption(flag("--merge", "Standard error goes where standard output goes."));
        spec.addOption(value(
                "--stragglers",
                "kill|leave",
                "What happens to processes of the group that outlive the program. Default: kill."));
        spec.addOption(value(
                "--containment",
                "group|tree|cgroup|strongest",
                "Which processes belong to the run: those of the program's process group, also those that have left it,"
                        + " or all in a cgroup of its own. Default: group."));
        spec.addOption(
                value("--memory", "SIZE", "What all of them together may use of memory: 64M, 1GiB. Implies a cgroup."));
        spec.addOption(value("--pids", "N", "How many processes and threads there may be. Implies a cgroup."));
        spec.addOption(
                value("--cpu", "N", "How many processors' time they may use: 0.5 is half of one. Implies a cgroup."));
        spec.addOption(value("--nofile", "N", "How many descriptors each process may have open, as with ulimit -n."));
        spec.addOption(value("--nice", "N", "The niceness to start with, from -20 to 19."));
        spec.addOption(value("--directory", "DIR", "Start the program in DIR."));
        spec.addOption(OptionSpec.builder("--env")
                .paramLabel("NAME=VALUE")
                .description("Set a variable of the program's environment. May be repeated.")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build());
        spec.addOption(flag(
                "--json", "Capture the output and write one JSON object about the run to standard output instead."));
        spec.addOption(value(
                "--output-limit",
                "SIZE",
                "With --json: end the run when one stream has more than SIZE: 64k, 16M, 1GiB. Default: 16M."));
        spec.addOption(value(
                "--keep",
                "head|tail|both",
                "With --json: do not end the run when there is more than the limit, but keep the first bytes, the last"
                        + " ones, or half of each."));
        spec.addOption(flag("--quiet", "Do not tell on standard error how the run ended."));
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("COMMAND")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("The program and its arguments.")
                .build());
        parser = new CommandLine(spec);
        parser.setStopAtPositional(true)
                .setExpandAtFiles(false)
                .setOverwrittenOptionsAllowed(true)
                .setPosixClusteredShortOptionsAllowed(false);
    }

    private static OptionSpec value(String name, String label, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .description(description)
                .type(String.class)
                .build();
    }

    private static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name)
                .description(description)
                .type(boolean.class)
                .build();
    }

    /** What is asked for, or null if that is help. */
    @Nullable
    RunOptions parse(List<String> arguments) throws UsageException {
        ParseResult given;
        try {
            given = parser.parseArgs(arguments.toArray(new String[0]));
        } catch (ParameterException e) {
            String message = e.getMessage() == null ? "bad usage" : e.getMessage();
            throw new UsageException(message.replace('\n', ' ') + "; try 'leash run --help'");
        }
        return given.isUsageHelpRequested() ? null : options(given);
    }

    private static RunOptions options(ParseResult given) throws UsageException {
        List<String> command = given.matchedPositionalValue(0, new ArrayList<>());
        if (command.isEmpty()) {
            throw new UsageException("no program to run was given; try 'leash run --help'");
        }
        String timeout = text(given, "--timeout");
        boolean json = given.hasMatchedOption("--json");
        String limit = text(given, "--output-limit");
        if (limit != null && !json) {
            throw new UsageException("--output-limit needs --json: without it the output is not captured");
        }
        if (given.hasMatchedOption("--keep") && !json) {
            throw new UsageException("--keep needs --json: without it the output is not captured");
        }
        requireConsistent(given, json);
        String idle = text(given, "--idle-timeout");
        return new RunOptions(
                timeout == null ? Long.MAX_VALUE : DurationText.nanos("--timeout", timeout),
                timeout == null ? "" : timeout,
                stopPlan(text(given, "--signal"), text(given, "--grace")),
                grace(text(given, "--grace")),
                given.hasMatchedOption("--merge"),
                leaveStragglers(text(given, "--stragglers")),
                limit == null ? DEFAULT_OUTPUT_LIMIT : SizeText.bytes("--output-limit", limit),
                keep(text(given, "--keep")),
                idle == null ? Long.MAX_VALUE : DurationText.nanos("--idle-timeout", idle),
                text(given, "--stdin"),
                text(given, "--stdout"),
                text(given, "--stderr"),
                given.hasMatchedOption("--append"),
                given.hasMatchedOption("--tty"),
                given.hasMatchedOption("--prefix"),
                text(given, "--directory"),
                RunContainment.of(
                        text(given, "--containment"),
                        text(given, "--memory"),
                        text(given, "--pids"),
                        text(given, "--cpu")),
                settings(text(given, "--nofile"), text(given, "--nice")),
                assignments(given.matchedOptionValue("--env", new ArrayList<>())),
                json,
                given.hasMatchedOption("--quiet"),
                command);
    }

    private static void requireConsistent(ParseResult given, boolean json) throws UsageException {
        boolean file = given.hasMatchedOption("--stdout") || given.hasMatchedOption("--stderr");
        if (given.hasMatchedOption("--append") && !file) {
            throw new UsageException("--append needs --stdout FILE or --stderr FILE to append to");
        }
        if (given.hasMatchedOption("--merge") && given.hasMatchedOption("--stderr")) {
            throw new UsageException("--merge and --stderr contradict each other: standard error goes to one place");
        }
        if (given.hasMatchedOption("--prefix") && json) {
            throw new UsageException(
                    "--prefix and --json contradict each other: the output is printed, or in the report");
        }
        if (given.hasMatchedOption("--tty") && (file || given.hasMatchedOption("--merge"))) {
            throw new UsageException("with --tty there is one stream, the terminal's: redirect that of leash itself");
        }
        if (given.hasMatchedOption("--idle-timeout")
                && given.hasMatchedOption("--stdout")
                && (given.hasMatchedOption("--stderr") || given.hasMatchedOption("--merge"))) {
            throw new UsageException("--idle-timeout needs output that leash can see, and all of it goes into files");
        }
    }

    private static Output.Keep keep(@Nullable String text) throws UsageException {
        return switch (text) {
            case null -> Output.Keep.STOP;
            case "head" -> Output.Keep.HEAD;
            case "tail" -> Output.Keep.TAIL;
            case "both" -> Output.Keep.ENDS;
            default -> throw new UsageException("--keep can be 'head', 'tail' or 'both', not '" + text + "'");
        };
    }

    private static @Nullable String text(ParseResult given, String option) {
        return given.matchedOptionValue(option, (String) null);
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

    String help() {
        parser.getCommandSpec()
                .usageMessage()
                .synopsisHeading("Usage: ")
                .customSynopsis("leash run [OPTION]... [--] COMMAND [ARG]...")
                .description(
                        "",
                        "Runs COMMAND in a process group of its own and leaves nothing of it behind: when it"
                                + " exits, or its time is up, what is left of the group is killed, and also if leash"
                                + " itself is killed. Arguments,"
                                + " environment, descriptors 0 to 2, limits and ignored signals are those of the"
                                + " caller.",
                        "",
                        "The signals INT, TERM, HUP, QUIT, USR1 and USR2 that are sent to leash are passed on to the"
                                + " group, unless the caller had them ignored. A second INT kills it. After a TERM,"
                                + " what has not ended within --grace, if that is given, is killed.",
                        "")
                .sortOptions(false)
                .width(80)
                .footer(
                        "",
                        "Exit status:",
                        "  that of COMMAND, 128+N if signal N ended it, or",
                        "  124  the time was up, or there was no output for too long",
                        "  125  leash itself failed, or was used wrongly",
                        "  126  COMMAND was found but could not be executed",
                        "  127  COMMAND was not found",
                        "",
                        "Examples:",
                        "  leash run --timeout 2s -- sh -c 'echo start; sleep 10 & sleep 10'",
                        "  leash run --timeout 1m --signal INT --grace 5s -- make test",
                        "  leash run --json -- uname -a | jq -r .stdout",
                        "  leash run --prefix --idle-timeout 30s -- ./nightly-build",
                        "  leash run --containment strongest --nice 10 --timeout 1h -- ./untrusted.sh");
        String text = parser.getUsageMessage(Ansi.OFF);
        return text.endsWith("\n") ? text : text + "\n";
    }
}
