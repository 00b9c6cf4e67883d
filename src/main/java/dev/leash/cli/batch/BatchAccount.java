package dev.leash.cli.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.Signal;
import dev.leash.cli.caller.CallersFile;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.LostOutputException;
import dev.leash.cli.io.RawText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reports on a batch: in the job log, on the page, on standard output and standard error. For one thread. */
final class BatchAccount implements BatchRunner.Listener {
    private static final JsonFactory JSON = new JsonFactory();

    private final BatchOptions options;
    private final BatchScreen screen;
    private final @Nullable JobLog log;
    private final @Nullable BatchPage page;
    private final BatchProgress progress;
    private final long total;
    private final BatchSummary summary = new BatchSummary();

    /** @param total how many jobs there are to run, or -1 if that is not known */
    BatchAccount(
            BatchOptions options,
            BatchScreen screen,
            @Nullable JobLog log,
            @Nullable BatchPage page,
            BatchProgress progress,
            long total) {
        this.options = options;
        this.screen = screen;
        this.log = log;
        this.page = page;
        this.progress = progress;
        this.total = total;
    }

    @Override
    public void ended(JobEnd end) throws IOException {
        summary.add(end);
        progress.ended(summary.ended(), summary.failed());
        // The log comes first: a killed batch is resumed from it.
        if (log != null) {
            log.append(end);
        }
        if (page != null) {
            try {
                page.add(end);
            } catch (IOException e) {
                throw pageFailed(e);
            }
        }
        if (options.json()) {
            printJson(json -> {
                end.write(json);
                end.writeOutput(json);
            });
        }
        if (options.json() ? end.fault() != null : !end.succeeded()) {
            screen.say("line " + end.job().line() + " " + end.how() + ": " + BatchSummary.shortened(end.job()));
        }
    }

    /**
     * Writes the summary and returns the exit status.
     *
     * @throws LostOutputException if some output was lost and that has not been reported yet
     */
    int close(BatchRunner batch) throws IOException {
        progress.close();
        long wallNanos = batch.nanosSinceStart();
        long notRun = total < 0 ? batch.endedEarly() ? -1 : 0 : total - summary.ended();
        String early = batch.signal() != 0
                ? "ended by " + new Signal(batch.signal())
                : batch.failed() ? "given up, as leash could not go on" : null;
        if (options.json()) {
            try {
                printJson(json -> {
                    json.writeObjectFieldStart("summary");
                    summary.write(json, wallNanos, batch.skipped(), notRun);
                    json.writeEndObject();
                });
            } catch (LostOutputException e) {
                // The screen has recorded the loss; it is reported at the end.
            }
        } else {
            summary.lines(wallNanos, batch.skipped(), notRun).forEach(screen::say);
            if (early != null) {
                screen.say("the batch was " + early);
            }
        }
        if (page != null) {
            finish(
                    page,
                    new BatchPage.Batch(
                            RawText.text(options.source()),
                            batch.start(),
                            wallNanos,
                            options.parallelism(),
                            batch.skipped(),
                            notRun,
                            early));
        }
        if (batch.signal() != 0) {
            return ExitCodes.SIGNALED + batch.signal();
        }
        LostOutputException loss = screen.loss();
        if (loss != null) {
            throw loss;
        }
        return batch.failed() ? ExitCodes.FAILED : summary.failed() > 0 ? 1 : 0;
    }

    private void finish(BatchPage written, BatchPage.Batch batch) throws IOException {
        try {
            written.finish(batch, summary);
        } catch (IOException e) {
            throw pageFailed(e);
        }
    }

    private IOException pageFailed(IOException e) {
        return CallersFile.failed("write", BatchPage.WHAT, String.valueOf(options.report()), e);
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private void printJson(Fields fields) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        }
        if (screen.loss() == null) {
            screen.print(text.toByteArray());
        }
    }
}
