package dev.leash.cli.batch;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.cli.caller.CallersFile;
import dev.leash.cli.help.Version;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.HtmlPage;
import dev.leash.cli.io.RawText;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.OpenFlags;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An HTML page with the timeline of a batch. It is written as the jobs end, so that a batch may have any size. The
 * template, batch-page.html, has two places for JSON data, which its script draws. For one thread.
 */
final class BatchPage {
    /** What the file is, for messages. */
    static final String WHAT = "the report";

    private static final String TEMPLATE = "batch-page.html";
    private static final String JOBS = "/*JOBS*/";
    private static final String BATCH = "/*BATCH*/";
    private static final int LONGEST_LABEL = 4_000;

    private final HtmlPage page;
    private final JsonGenerator jobs;

    private BatchPage(HtmlPage page) throws IOException {
        this.page = page;
        page.until(JOBS);
        jobs = page.json();
        jobs.writeStartArray();
    }

    /**
     * Begins the page and replaces the content of the file.
     *
     * @param name {@link RawText}
     */
    static BatchPage open(CallState state, String name) throws IOException {
        int fd = CallersFile.open(state, name, OpenFlags.TRUNCATE, WHAT);
        return new BatchPage(
                new HtmlPage(new BufferedOutputStream(Console.to(fd), 1 << 16), BatchPage.class, TEMPLATE));
    }

    /** Adds one row; the script of the template reads it. */
    void add(JobEnd end) throws IOException {
        jobs.writeRaw('\n');
        jobs.writeStartArray();
        jobs.writeNumber(end.job().line());
        jobs.writeNumber(end.lane());
        jobs.writeNumber(end.startNanos() / 1_000);
        jobs.writeNumber(end.wallNanos() / 1_000);
        jobs.writeNumber(end.cpuNanos() / 1_000);
        jobs.writeString(end.fate().key());
        jobs.writeNumber(end.attempts());
        jobs.writeString(end.how());
        jobs.writeString(BatchSummary.shortened(end.job(), LONGEST_LABEL));
        jobs.writeStartArray();
        for (JobEnd.Earlier attempt : end.earlier()) {
            jobs.writeStartArray();
            jobs.writeNumber(attempt.startNanos() / 1_000);
            jobs.writeNumber(attempt.wallNanos() / 1_000);
            jobs.writeString(attempt.fate().key());
            jobs.writeEndArray();
        }
        jobs.writeEndArray();
        jobs.writeEndArray();
    }

    /** Writes the rest of the page. */
    void finish(Batch batch, BatchSummary summary) throws IOException {
        jobs.writeEndArray();
        jobs.close();
        page.until(BATCH);
        try (JsonGenerator json = page.json()) {
            json.writeStartObject();
            json.writeStringField("source", batch.source());
            json.writeStringField("start", batch.start().toString());
            json.writeNumberField("wall", batch.wallNanos() / 1_000);
            json.writeNumberField("cpu", summary.cpuNanos() / 1_000);
            json.writeNumberField("parallelism", batch.parallelism());
            json.writeNumberField("skipped", batch.skipped());
            json.writeNumberField("notRun", Math.max(0, batch.notRun()));
            json.writeStringField("version", Version.leash());
            json.writeStringField("ended", batch.ended());
            json.writeObjectFieldStart("fates");
            for (JobFate fate : JobFate.values()) {
                json.writeStringField(fate.key(), fate.text());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        page.finish();
    }

    /**
     * The page's data about the batch as a whole.
     *
     * @param ended what ended the batch early, as text; null if nothing did
     */
    record Batch(
            String source,
            Instant start,
            long wallNanos,
            int parallelism,
            long skipped,
            long notRun,
            @Nullable String ended) {}
}
