package dev.leash.cli.batch;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.cli.run.RunReport;
import dev.leash.internal.access.CommandAccess;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the last attempt at a job ended.
 *
 * @param lane which of those that run at the same time it was, from 0
 * @param earlier attempts that failed
 * @param started on the clock of the wall, as far as it went right since the batch began
 * @param result null if it could not be started, or was lost
 * @param failure why it could not be started, or what is known of its loss
 */
record JobEnd(
        BatchJob job,
        int lane,
        List<Earlier> earlier,
        Instant started,
        long startNanos,
        long wallNanos,
        @Nullable Result result,
        @Nullable Throwable failure) {

    /** An attempt that was followed by another. */
    record Earlier(long startNanos, long wallNanos, JobFate fate) {}

    int attempts() {
        return earlier.size() + 1;
    }

    boolean succeeded() {
        return fate() == JobFate.SUCCEEDED;
    }

    JobFate fate() {
        if (result == null) {
            return failure instanceof SpawnException ? JobFate.NOT_STARTED : JobFate.LOST;
        }
        return switch (result.cause()) {
            case EXITED -> byItself(result.status());
            case TIMED_OUT, IDLE -> JobFate.TIMED_OUT;
            case CANCELLED, CLOSED, OUTPUT_LIMIT, FAILED -> JobFate.CANCELLED;
        };
    }

    private static JobFate byItself(ExitStatus status) {
        if (status instanceof ExitStatus.Exited exited) {
            return exited.code() == 0 ? JobFate.SUCCEEDED : JobFate.EXITED;
        }
        return status instanceof ExitStatus.Signaled ? JobFate.SIGNALED : JobFate.LOST;
    }

    /** For people: {@code exited with 3}, {@code timed out}, and so on. */
    String how() {
        if (result == null) {
            return failure == null ? fate().text() : String.valueOf(failure.getMessage());
        }
        JobFate fate = fate();
        String how = fate.text();
        if (fate == JobFate.CANCELLED) {
            how = "was cancelled";
        } else if (fate == JobFate.EXITED && result.status() instanceof ExitStatus.Exited exited) {
            how = "exited with " + exited.code();
        } else if (fate == JobFate.SIGNALED && result.status() instanceof ExitStatus.Signaled by) {
            how = "was ended by " + by.signal();
        }
        return how + CommandAccess.get().limits(result) + RunReport.left(result);
    }

    /** CPU time of the program and of those children that it has waited for. */
    long cpuNanos() {
        return result == null
                ? 0
                : result.usage().userTime().plus(result.usage().systemTime()).toNanos();
    }

    /** The fields that the job log and the report in JSON have in common. */
    void write(JsonGenerator json) throws IOException {
        json.writeNumberField("line", job.line());
        RunReport.command(json, job.arguments());
        json.writeStringField("fate", fate().key());
        json.writeNumberField("attempts", attempts());
        json.writeStringField("start", started.toString());
        json.writeNumberField("wallNanos", wallNanos);
        if (result != null) {
            ended(json, result);
        } else if (failure instanceof SpawnException spawn) {
            RunReport.failure(json, spawn);
        }
    }

    private static void ended(JsonGenerator json, Result ended) throws IOException {
        json.writeNumberField("pid", ended.pid());
        json.writeStringField("cause", RunReport.cause(ended.cause()));
        RunReport.status(json, ended.status());
        json.writeNumberField("userNanos", ended.usage().userTime().toNanos());
        json.writeNumberField("systemNanos", ended.usage().systemTime().toNanos());
        json.writeNumberField("stragglersKilled", ended.stragglersKilled());
        RunReport.limits(json, ended);
        if (!ended.survivors().isEmpty()) {
            RunReport.survivors(json, ended);
        }
    }

    /** What was captured. */
    void writeOutput(JsonGenerator json) throws IOException {
        if (result != null) {
            RunReport.output(json, result);
        }
    }
}
