package dev.leash.cli;

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

/** The options of {@code leash batch}, described as those of {@link RunCommandLine}. */
final class BatchCommandLine {
    private static final int MOST_AT_A_TIME = 10_000;

    private final CommandLine parser;

    BatchCommandLine() {
        CommandSpec spec = CommandSpec.create().name("leash batch");
        spec.addOption(value("N", "Run N jobs at a time. Default: one for each processor.", "-j", "--jobs"));
        spec.addOption(value(
                "DURATION",
                "End a job after DURATION: 1.5s, 500ms, 2m, 1h. One that has a timeout of its own keeps that.",
                "--timeout"));
        spec.addOption(value("N", "Run a job that has failed again, up to N times.", "--retries"));
        spec.addOption(value(
                "FILE",
                "Append a line of JSON to FILE for each job that has ended. It must be empty or not exist yet, unless"
                        + " there is --resume.",
                "--joblog"));
        spec.addOption(flag(
                "Skip the jobs that --joblog has as succeeded. All others are run: those that failed, that were"
                        + " cancelled, and that were running when leash was killed.",
                "--resume"));
        spec.addOption(flag(
                "Write a line of JSON to standard output for each job that has ended, with its output (the first and the"
                        + " last 128 KiB of each stream), and one with the summary.",
                "--json"));
        spec.addOption(
                value("FILE.html", "Write a page with the timeline of all jobs, which needs no network.", "--report"));
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("FILE")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .hidden(true)
                .build());
        parser = new CommandLine(spec);
        parser.setExpandAtFiles(false)
                .setOverwrittenOptionsAllowed(true)
                .setUnmatchedOptionsArePositionalParams(false)
                .setPosixClusteredShortOptionsAllowed(true);
    }

    private static OptionSpec value(String label, String description, String... names) {
        return OptionSpec.builder(names)
                .paramLabel(label)
                .description(description)
                .type(String.class)
                .build();
    }

    private static OptionSpec flag(String description, String name) {
        return OptionSpec.builder(name)
                .description(description)
                .type(boolean.class)
                .build();
    }

    /** Null if help was asked for. */
    @Nullable
    BatchOptions parse(List<String> arguments) throws UsageException {
        ParseResult given;
        try {
            given = parser.parseArgs(arguments.toArray(new String[0]));
        } catch (ParameterException e) {
            throw new UsageException(e.getMessage() + "; try 'leash batch --help'");
        }
        return given.isUsageHelpRequested() ? null : options(given);
    }

    private static BatchOptions options(ParseResult given) throws UsageException {
        List<String> sources = given.matchedPositionalValue(0, new ArrayList<>());
        if (sources.size() != 1) {
            throw new UsageException((sources.isEmpty() ? "no FILE with jobs was given" : "only one FILE can be given")
                    + " (- is standard input); try 'leash batch --help'");
        }
        String timeout = given.matchedOptionValue("--timeout", (String) null);
        String jobLog = given.matchedOptionValue("--joblog", (String) null);
        boolean resume = given.hasMatchedOption("--resume");
        if (resume && jobLog == null) {
            throw new UsageException("--resume needs --joblog FILE, which tells what is done");
        }
        return new BatchOptions(
                count(given, "-j", 1, Runtime.getRuntime().availableProcessors()),
                timeout == null ? Long.MAX_VALUE : DurationText.nanos("--timeout", timeout),
                count(given, "--retries", 0, 0),
                jobLog,
                resume,
                given.hasMatchedOption("--json"),
                given.matchedOptionValue("--report", (String) null),
                sources.getFirst());
    }

    private static int count(ParseResult given, String option, int least, int otherwise) throws UsageException {
        String text = given.matchedOptionValue(option, (String) null);
        if (text == null) {
            return otherwise;
        }
        int count = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : -1;
        if (count < least || count > MOST_AT_A_TIME) {
            throw new UsageException(
                    option + " needs a number from " + least + " to " + MOST_AT_A_TIME + ", not '" + text + "'");
        }
        return count;
    }

    String help() {
        parser.getCommandSpec()
                .usageMessage()
                .synopsisHeading("Usage: ")
                .customSynopsis("leash batch [OPTION]... FILE|-")
                .description(
                        "",
                        "Runs the jobs in FILE, several at a time, each in a process group of its own of which nothing"
                                + " is left behind. Each line is a job, for /bin/sh -c. A line that begins with '{' is"
                                + " an object in JSON instead, with argv and, if need be, env, directory, timeout and"
                                + " stdin (a text); no shell is involved then. Lines that are empty or begin with '#'"
                                + " are skipped. A FILE is checked before anything is run; standard input is run as it"
                                + " comes.",
                        "",
                        "What the jobs write is passed on line by line, so that no line is mixed with another; an end"
                                + " of line is added where a job has left it out. Their standard input is empty.",
                        "",
                        "A job that is to be ended gets TERM, and KILL after two seconds. INT, TERM, HUP or QUIT sent to"
                                + " leash end all jobs that way, a second one at once; they are in the job log as"
                                + " cancelled. If leash itself is killed, so are the jobs.",
                        "")
                .sortOptions(false)
                .width(80)
                .footer(
                        "",
                        "Exit status:",
                        "  0    all jobs succeeded, or were skipped as done",
                        "  1    some job failed: see the summary and the job log",
                        "  125  leash itself failed, or was used wrongly, or a line is no job",
                        "  129, 130, 131, 143  leash was sent HUP, INT, QUIT, TERM",
                        "",
                        "Examples:",
                        "  leash batch -j8 --timeout 1m jobs.txt",
                        "  leash batch --joblog done.jsonl --resume --report batch.html jobs.txt",
                        "  printf 'gzip -k %%s\\n' *.log | leash batch -",
                        "  echo '{\"argv\":[\"make\"],\"directory\":\"/src\",\"env\":{\"CC\":\"clang\"}}' |",
                        "    leash batch --json - | jq -r .stdout");
        String text = parser.getUsageMessage(Ansi.OFF);
        return text.endsWith("\n") ? text : text + "\n";
    }
}
