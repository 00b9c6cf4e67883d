package dev.leash.cli.batch;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.cli.io.Complaint;
import dev.leash.cli.io.LostOutputException;
import dev.leash.cli.run.RunReport;
import dev.leash.internal.access.CommandAccess;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the last attempt at a job ended.
 *
 * @param lane its place among the jobs that run at the same time, from 0
 * @param earlier the earlier attempts, which failed
 * @param started in wall-clock time, measured from the start of the batch, so that later changes of the clock do not
 *     show
 * @param result null if the job could not be started, or its result was lost
 * @param failure why the job could not be started, or why its result was lost
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

    /** What went wrong in leash itself, so that the job had to end; null if nothing did. */
    @Nullable
    Throwable fault() {
        if (result == null) {
            return failure instanceof SpawnException ? null : failure;
        }
        // Output that cannot be written is told once, at the end of the batch.
        return result.failure()
                .filter(thrown -> !(thrown instanceof LostOutputException))
                .orElse(null);
    }

    /** Text for messages: {@code exited with 3}, {@code timed out}, and so on. */
    String how() {
        if (result == null) {
            Throwable fault = fault();
            return fault != null
                    ? "was lost: " + Complaint.about(fault)
                    : failure == null ? fate().text() : String.valueOf(failure.getMessage());
        }
        JobFate fate = fate();
        String how = fate.text();
        if (fate == JobFate.CANCELLED) {
            Throwable fault = fault();
            how = "was cancelled" + (fault == null ? "" : ": " + Complaint.about(fault));
        } else if (fate == JobFate.EXITED && result.status() instanceof ExitStatus.Exited exited) {
            how = "exited with " + exited.code();
        } else if (fate == JobFate.SIGNALED && result.status() instanceof ExitStatus.Signaled by) {
            how = "was ended by " + by.signal();
        }
        return how + CommandAccess.get().limits(result) + RunReport.left(result);
    }

    /** The CPU time of the program and of the children that it has waited for. */
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
        RunReport.survivors(json, ended);
    }

    /** Writes the captured output. */
    void writeOutput(JsonGenerator json) throws IOException {
        if (result != null) {
            RunReport.output(json, result);
        }
    }
}
