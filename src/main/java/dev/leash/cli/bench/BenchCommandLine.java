package dev.leash.cli.bench;

import dev.leash.bench.Metric;
import dev.leash.bench.Parameter;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.CpuList;
import dev.leash.cli.options.DurationText;
import dev.leash.cli.options.GivenOptions;
import dev.leash.cli.options.GivenOptions.Form;
import dev.leash.cli.options.NumberText;
import dev.leash.cli.options.UsageException;
import dev.leash.cli.run.RunContainment;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The options of {@code leash bench}. */
public final class BenchCommandLine {
    private static final int MOST_RUNS = 1_000_000;
    private static final int MOST_CPUS = 8192;
    private static final int USUAL_RUNS = 10;
    private static final Duration USUAL_TIME = Duration.ofSeconds(3);
    private static final Pattern RANGE = Pattern.compile("([^=]+)=([^:]+?)\\.\\.([^:]+)(?::(.+))?");

    /** In the order of {@link BenchHelp}. */
    public static final List<Form> FORMS = List.of(
            new Form("--warmup", 'w', "N"),
            new Form("--runs", 'r', "N"),
            new Form("--min-runs", 'm', "N"),
            new Form("--max-runs", 'M', "N"),
            Form.value("--min-time", "DURATION"),
            new Form("--setup", 's', "CMD"),
            new Form("--prepare", 'p', "CMD"),
            new Form("--conclude", 'C', "CMD"),
            new Form("--cleanup", 'c', "CMD"),
            new Form("--parameter-list", 'L', "VAR=A,B,C"),
            new Form("--param-range", 'P', "VAR=FIRST..LAST[:STEP]"),
            new Form("--name", 'n', "NAME"),
            new Form("--shell", 'S', "none|sh"),
            Form.value("--pin", "CPUS"),
            Form.value("--containment", "group|tree|cgroup|strongest"),
            Form.value("--metric", "NAME"),
            Form.value("--timeout", "DURATION"),
            new Form("--ignore-failure", 'i', ""),
            Form.flag("--show-output"),
            Form.value("--seed", "N"),
            Form.value("--compare", "OLD"),
            Form.value("--fail-if-slower", "PERCENT"),
            Form.value("--export-json", "FILE"),
            Form.value("--export-csv", "FILE"),
            Form.value("--export-markdown", "FILE"),
            Form.value("--export-raw", "FILE"),
            Form.value("--export-html", "FILE"),
            new Form("--help", 'h', ""));

    private BenchCommandLine() {}

    /** Null if help was asked for. */
    static @Nullable BenchOptions parse(List<String> arguments) throws UsageException {
        GivenOptions given = GivenOptions.parse("bench", FORMS, arguments, false);
        return given.asksForHelp() ? null : options(given);
    }

    private static BenchOptions options(GivenOptions given) throws UsageException {
        List<String> commands = given.operands();
        if (commands.isEmpty()) {
            throw new UsageException("no CMD to measure was given; try 'leash bench --help'");
        }
        boolean exact = given.has("--runs");
        if (exact && (given.has("--min-runs") || given.has("--max-runs") || given.has("--min-time"))) {
            throw new UsageException(
                    "--runs is an exact number: --min-runs, --max-runs and --min-time do not go with it");
        }
        int runs = number(given, "--runs", 1, USUAL_RUNS);
        int most = exact ? runs : number(given, "--max-runs", 1, Integer.MAX_VALUE);
        int least = exact ? runs : number(given, "--min-runs", 1, Math.min(USUAL_RUNS, most));
        if (most < least) {
            throw new UsageException("--max-runs is less than --min-runs");
        }
        String shell = given.value("--shell");
        if (shell != null && !shell.equals("none") && !shell.equals("sh")) {
            throw new UsageException("--shell is none or sh, not '" + shell + "'");
        }
        if (given.values("--name").size() > commands.size()) {
            throw new UsageException("there are more names than commands");
        }
        String containment = given.value("--containment");
        return new BenchOptions(
                commands,
                number(given, "--warmup", 0, 0),
                least,
                most,
                duration(given, "--min-time", USUAL_TIME),
                given.value("--setup"),
                oneForEach(given, "--prepare", commands.size()),
                oneForEach(given, "--conclude", commands.size()),
                given.value("--cleanup"),
                parameters(given),
                given.values("--name"),
                "sh".equals(shell),
                cpus(given.value("--pin")),
                metrics(given.values("--metric")),
                given.has("--timeout") ? duration(given, "--timeout", Duration.ZERO) : null,
                given.has("--ignore-failure"),
                given.has("--show-output"),
                containment == null ? null : RunContainment.named(containment, false),
                seed(given.value("--seed")),
                given.value("--compare"),
                part(given.value("--fail-if-slower")),
                new BenchOptions.Files(
                        given.value("--export-json"),
                        given.value("--export-csv"),
                        given.value("--export-markdown"),
                        given.value("--export-raw"),
                        given.value("--export-html")));
    }

    private static int number(GivenOptions given, String option, int least, int otherwise) throws UsageException {
        String text = given.value(option);
        return text == null ? otherwise : (int) NumberText.from(option, text, least, MOST_RUNS);
    }

    private static @Nullable Long seed(@Nullable String text) throws UsageException {
        return text == null ? null : Long.valueOf(NumberText.from("--seed", text, 0, (1L << 53) - 1));
    }

    private static Duration duration(GivenOptions given, String option, Duration otherwise) throws UsageException {
        String text = given.value(option);
        return text == null ? otherwise : Duration.ofNanos(DurationText.nanos(option, text));
    }

    private static List<String> oneForEach(GivenOptions given, String option, int commands) throws UsageException {
        List<String> values = given.values(option);
        if (values.size() > 1 && values.size() != commands) {
            throw new UsageException(option + " is given " + values.size() + " times for " + commands
                    + " commands: once for all, or once for each");
        }
        return values;
    }

    private static List<Parameter> parameters(GivenOptions given) throws UsageException {
        List<Parameter> parameters = new ArrayList<>();
        try {
            for (String text : given.values("--parameter-list")) {
                int equals = text.indexOf('=');
                if (equals < 1) {
                    throw new UsageException("--parameter-list needs VAR=A,B,C, not '" + text + "'");
                }
                parameters.add(new Parameter(text.substring(0, equals), list(text.substring(equals + 1))));
            }
            for (String text : given.values("--param-range")) {
                parameters.add(range(text));
            }
            if (Parameter.combinations(parameters).isEmpty()) {
                throw new IllegalStateException("no combination");
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        return parameters;
    }

    /** Split at commas but those with a backslash before them. */
    private static List<String> list(String text) {
        List<String> values = new ArrayList<>();
        for (String part : text.split("(?<!\\\\),", -1)) {
            values.add(part.replace("\\,", ","));
        }
        return values;
    }

    private static Parameter range(String text) throws UsageException {
        Matcher range = RANGE.matcher(text);
        try {
            if (range.matches()) {
                return Parameter.range(
                        range.group(1),
                        decimal(range.group(2)),
                        decimal(range.group(3)),
                        decimal(range.group(4) == null ? "1" : range.group(4)));
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new UsageException("--param-range needs VAR=FIRST..LAST or VAR=FIRST..LAST:STEP, not '" + text + "'");
    }

    /** Without exponents, which could be made to fill the heap. */
    private static BigDecimal decimal(String text) {
        if (!text.matches("-?[0-9]{1,15}(\\.[0-9]{1,15})?")) {
            throw new NumberFormatException(text);
        }
        return new BigDecimal(text);
    }

    /** {@code 5%} is 0.05. */
    private static @Nullable Double part(@Nullable String text) throws UsageException {
        if (text == null) {
            return null;
        }
        if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,6})?%")) {
            throw new UsageException("--fail-if-slower needs a percentage such as 5% or 0.5%, not '" + text + "'");
        }
        return Double.parseDouble(text.substring(0, text.length() - 1)) / 100;
    }

    private static int[] cpus(@Nullable String text) throws UsageException {
        return text == null
                ? new int[0]
                : Arrays.stream(CpuList.parse("--pin", text, MOST_CPUS - 1))
                        .sorted()
                        .distinct()
                        .toArray();
    }

    private static List<Metric> metrics(List<String> names) throws UsageException {
        List<Metric> metrics = new ArrayList<>();
        for (String name : names) {
            metrics.add(Metric.named(name)
                    .orElseThrow(() -> new UsageException("there is no metric '" + RawText.text(name)
                            + "'; there are "
                            + Metric.all().stream().map(Metric::name).collect(Collectors.joining(", ")))));
        }
        return metrics;
    }
}
