package dev.leash.cli.batch;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.cli.run.RunReport;
import dev.leash.internal.run.Ending;
import dev.leash.internal.sys.WaitStatus;
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
 * @param pid 0 if it could not be started
 * @param outcome null if it could not be started, or was lost
 * @param failure why it could not be started, or what is known of its loss
 */
record JobEnd(
        BatchJob job,
        int lane,
        List<Earlier> earlier,
        Instant started,
        long startNanos,
        long wallNanos,
        int pid,
        @Nullable Ending outcome,
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
        if (outcome == null) {
            return failure instanceof SpawnException ? JobFate.NOT_STARTED : JobFate.LOST;
        }
        return switch (outcome.cause()) {
            case EXITED -> byItself(outcome.exit());
            case TIMED_OUT, IDLE -> JobFate.TIMED_OUT;
            case CANCELLED, CLOSED, OUTPUT_LIMIT, FAILED -> JobFate.CANCELLED;
        };
    }

    private static JobFate byItself(WaitStatus exit) {
        if (!exit.known()) {
            return JobFate.LOST;
        }
        if (exit.signaled()) {
            return JobFate.SIGNALED;
        }
        return exit.code() == 0 ? JobFate.SUCCEEDED : JobFate.EXITED;
    }

    /** For people: {@code exited with 3}, {@code timed out}, and so on. */
    String how() {
        if (outcome == null) {
            return failure == null ? fate().text() : String.valueOf(failure.getMessage());
        }
        WaitStatus exit = outcome.exit();
        String how =
                switch (fate()) {
                    case EXITED -> "exited with " + exit.code();
                    case SIGNALED -> "was ended by " + new Signal(exit.signal());
                    case CANCELLED -> "was cancelled";
                    default -> fate().text();
                };
        return how + outcome.limits().text() + RunReport.left(outcome);
    }

    /** CPU time of the program and of those children that it has waited for. */
    long cpuNanos() {
        return outcome == null ? 0 : outcome.exit().userNanos() + outcome.exit().systemNanos();
    }

    /** The fields that the job log and the report in JSON have in common. */
    void write(JsonGenerator json) throws IOException {
        json.writeNumberField("line", job.line());
        RunReport.command(json, job.arguments());
        json.writeStringField("fate", fate().key());
        json.writeNumberField("attempts", attempts());
        json.writeStringField("start", started.toString());
        json.writeNumberField("wallNanos", wallNanos);
        if (outcome != null) {
            ended(json, outcome);
        } else if (failure instanceof SpawnException spawn) {
            RunReport.failure(json, spawn);
        }
    }

    private void ended(JsonGenerator json, Ending ended) throws IOException {
        WaitStatus exit = ended.exit();
        json.writeNumberField("pid", pid);
        json.writeStringField("cause", RunReport.cause(ended.cause()));
        if (exit.signaled()) {
            json.writeNullField("exitCode");
            json.writeStringField("signal", new Signal(exit.signal()).name());
        } else {
            RunReport.writeCode(json, exit);
            json.writeNullField("signal");
        }
        json.writeNumberField("userNanos", exit.userNanos());
        json.writeNumberField("systemNanos", exit.systemNanos());
        json.writeNumberField("stragglersKilled", ended.stragglersKilled());
        RunReport.limits(json, ended.limits());
        if (!ended.leftAlive().isEmpty()) {
            RunReport.members(json, "survivors", ended.leftAlive(), ended.refusal());
        }
    }

    /** What was captured. */
    void writeOutput(JsonGenerator json) throws IOException {
        if (outcome != null) {
            RunReport.output(json, outcome);
        }
    }
}
