package dev.leash.cli.batch;

import dev.leash.cli.options.DurationText;
import dev.leash.cli.options.GivenOptions;
import dev.leash.cli.options.GivenOptions.Form;
import dev.leash.cli.options.NumberText;
import dev.leash.cli.options.UsageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of {@code leash batch}. */
public final class BatchCommandLine {
    private static final int MOST_AT_A_TIME = 10_000;

    /** In the order of {@link BatchHelp}. */
    public static final List<Form> FORMS = List.of(
            new Form("--jobs", 'j', "N"),
            Form.value("--timeout", "DURATION"),
            Form.value("--retries", "N"),
            Form.value("--joblog", "FILE"),
            Form.flag("--resume"),
            Form.flag("--json"),
            Form.value("--report", "FILE.html"),
            new Form("--help", 'h', ""));

    private BatchCommandLine() {}

    /** Null if help was asked for. */
    static @Nullable BatchOptions parse(List<String> arguments) throws UsageException {
        GivenOptions given = GivenOptions.parse("batch", FORMS, arguments, false);
        return given.asksForHelp() ? null : options(given);
    }

    private static BatchOptions options(GivenOptions given) throws UsageException {
        List<String> sources = given.operands();
        if (sources.size() != 1) {
            throw new UsageException((sources.isEmpty() ? "no FILE with jobs was given" : "only one FILE can be given")
                    + " (- is standard input); try 'leash batch --help'");
        }
        String timeout = given.value("--timeout");
        String jobLog = given.value("--joblog");
        boolean resume = given.has("--resume");
        if (resume && jobLog == null) {
            throw new UsageException("--resume needs --joblog FILE, which tells what is done");
        }
        return new BatchOptions(
                count(given, "--jobs", 1, Runtime.getRuntime().availableProcessors()),
                timeout == null ? Long.MAX_VALUE : DurationText.nanos("--timeout", timeout),
                count(given, "--retries", 0, 0),
                jobLog,
                resume,
                given.has("--json"),
                given.value("--report"),
                sources.getFirst());
    }

    private static int count(GivenOptions given, String option, int least, int otherwise) throws UsageException {
        String text = given.value(option);
        if (text == null) {
            return otherwise;
        }
        return (int) NumberText.from(option, text, least, MOST_AT_A_TIME);
    }
}
