package dev.leash.cli.batch;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The summary of a batch: how many jobs had each fate, which failed, which took longest. For one thread. */
final class BatchSummary {
    private static final int FAILED_SHOWN = 10;
    private static final int LONGEST_LABEL = 60;

    private final Map<JobFate, Long> counts = new EnumMap<>(JobFate.class);
    private final List<Long> failedLines = new ArrayList<>();
    private long ended;
    private long cpuNanos;
    private @Nullable BatchJob slowest;
    private long slowestNanos;

    void add(JobEnd end) {
        ended++;
        counts.merge(end.fate(), 1L, Long::sum);
        cpuNanos += end.cpuNanos();
        if (slowest == null || end.wallNanos() > slowestNanos) {
            slowest = end.job();
            slowestNanos = end.wallNanos();
        }
        if (!end.succeeded() && failedLines.size() < FAILED_SHOWN) {
            failedLines.add(end.job().line());
        }
    }

    long ended() {
        return ended;
    }

    long failed() {
        return ended - counts.getOrDefault(JobFate.SUCCEEDED, 0L);
    }

    Map<JobFate, Long> counts() {
        return counts;
    }

    long cpuNanos() {
        return cpuNanos;
    }

    /**
     * The summary as lines of text.
     *
     * @param skipped jobs that were done in an earlier batch
     * @param notRun jobs that the batch did not run because it ended early; -1 if that is not known
     */
    List<String> lines(long wallNanos, long skipped, long notRun) {
        List<String> lines = new ArrayList<>();
        List<String> fates = new ArrayList<>();
        counts.forEach((fate, count) -> fates.add(count + " " + fate.text()));
        if (skipped > 0) {
            fates.add(skipped + " skipped, done before");
        }
        if (notRun > 0) {
            fates.add(notRun + " not run");
        }
        lines.add(ended + (ended == 1 ? " job" : " jobs") + " in " + seconds(wallNanos)
                + (fates.isEmpty() ? "" : ": " + String.join(", ", fates)));
        if (slowest != null && ended > 1) {
            lines.add("slowest: line " + slowest.line() + ", " + seconds(slowestNanos) + ": " + shortened(slowest));
        }
        if (failed() > 0) {
            String list = failedLines.stream()
                    .sorted()
                    .map(String::valueOf)
                    .reduce((a, b) -> a + ", " + b)
                    .orElse("");
            long more = failed() - failedLines.size();
            lines.add(
                    "failed: line" + (failed() == 1 ? " " : "s ") + list + (more > 0 ? " and " + more + " more" : ""));
        }
        return lines;
    }

    /** Writes the summary as JSON fields. */
    void write(JsonGenerator json, long wallNanos, long skipped, long notRun) throws IOException {
        json.writeNumberField("jobs", ended);
        for (JobFate fate : JobFate.values()) {
            json.writeNumberField(fate.key(), counts.getOrDefault(fate, 0L));
        }
        json.writeNumberField("skipped", skipped);
        if (notRun >= 0) {
            json.writeNumberField("notRun", notRun);
        } else {
            json.writeNullField("notRun");
        }
        json.writeNumberField("wallNanos", wallNanos);
        json.writeNumberField("cpuNanos", cpuNanos);
        if (slowest != null) {
            json.writeObjectFieldStart("slowest");
            json.writeNumberField("line", slowest.line());
            json.writeNumberField("wallNanos", slowestNanos);
            json.writeEndObject();
        }
    }

    /** The job as one short line. */
    static String shortened(BatchJob job) {
        return shortened(job, LONGEST_LABEL);
    }

    /** The job as one line of at most {@code longest} characters, not cut within a character. */
    static String shortened(BatchJob job, int longest) {
        String label = job.label();
        return label.codePointCount(0, label.length()) <= longest
                ? label
                : label.substring(0, label.offsetByCodePoints(0, longest - 1)) + "…";
    }

    /** {@code 0.53 s}, {@code 12.3 s}, {@code 4 m 05 s}, {@code 2 h 03 m}. */
    static String seconds(long nanos) {
        double seconds = nanos / 1e9;
        if (seconds < 60) {
            return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d m %02d s", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d h %02d m", whole / 3600, whole % 3600 / 60);
    }
}
