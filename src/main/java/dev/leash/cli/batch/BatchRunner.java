package dev.leash.cli.batch;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Supervisor;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.io.Complaint;
import dev.leash.cli.io.LostOutputException;
import dev.leash.cli.run.SignalForwarder;
import dev.leash.internal.access.Schedule;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs of a batch: takes them from a reader, gives each its lane, and runs those that fail again. The thread
 * in {@link #run} owns all that.
 */
final class BatchRunner implements Schedule.Source<BatchRunner.Attempt> {
    private final BatchOptions options;
    private final BatchScreen screen;
    private final JobReader jobs;
    private final JobCommands commands;
    private final Listener listener;
    private final Schedule<Attempt> schedule;

    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();
    private final BitSet lanes = new BitSet();
    private final AtomicBoolean failed = new AtomicBoolean();
    private volatile int signal;

    /** Hears of each job that has ended. */
    interface Listener {
        void ended(JobEnd end) throws IOException;
    }

    /**
     * One run of a job.
     *
     * @param last the end of the attempt before; null for the first one
     */
    record Attempt(BatchJob job, int lane, @Nullable JobEnd last) {
        List<JobEnd.Earlier> earlier() {
            if (last == null) {
                return List.of();
            }
            List<JobEnd.Earlier> earlier = new ArrayList<>(last.earlier());
            earlier.add(new JobEnd.Earlier(last.startNanos(), last.wallNanos(), last.fate()));
            return earlier;
        }
    }

    BatchRunner(
            BatchOptions options,
            Supervisor supervisor,
            CallerContext caller,
            BatchScreen screen,
            JobReader jobs,
            Listener listener) {
        this.options = options;
        this.screen = screen;
        this.jobs = jobs;
        this.listener = listener;
        this.commands = new JobCommands(options, caller, screen, this::broken);
        this.schedule = new Schedule<>(supervisor, options.parallelism(), this);
    }

    /** Runs the batch until all jobs have ended or the batch is ended early. */
    void run() throws InterruptedException {
        jobs.start(schedule::wake);
        while (true) {
            try {
                Schedule.End<Attempt> end = schedule.next();
                if (end == null) {
                    return;
                }
                ended(end);
            } catch (IOException e) {
                broken(e);
            } catch (RuntimeException | OutOfMemoryError e) {
                fail(Complaint.about(e));
            }
        }
    }

    private void ended(Schedule.End<Attempt> ended) throws IOException {
        Attempt attempt = ended.task();
        JobEnd end = attempt.last;
        if (ended.wasTried()) {
            end = jobEnd(attempt, ended);
            if (!end.succeeded() && end.earlier().size() < options.retries() && !schedule.isOver()) {
                schedule.again(new Attempt(attempt.job, attempt.lane, end));
                return;
            }
        }
        lanes.clear(attempt.lane);
        jobs.makeRoom();
        if (end != null) { // else the job was never tried
            listener.ended(end);
        }
    }

    private JobEnd jobEnd(Attempt attempt, Schedule.End<Attempt> ended) {
        Result result = ended.result();
        long offset = ended.startNanos() - startNanos;
        return new JobEnd(
                attempt.job,
                attempt.lane,
                attempt.earlier(),
                start.plusNanos(offset / 1_000 * 1_000),
                offset,
                result == null
                        ? System.nanoTime() - ended.startNanos()
                        : result.wallTime().toNanos(),
                result,
                ended.failure());
    }

    // ---- What ends it early.

    /** The batch cannot go on. Jobs that run are not stopped. For any thread. */
    private void fail(@Nullable String why) {
        if (failed.compareAndSet(false, true)) {
            screen.say(String.valueOf(why));
        }
        schedule.finish();
    }

    /** Output cannot be written: that of jobs, which are stopped if nothing reads it any more, or that about them. */
    private void broken(IOException e) {
        if (e instanceof LostOutputException) {
            failed.set(true); // the summary says why
            schedule.stop();
        } else {
            fail(e.getMessage());
        }
    }

    /**
     * Ends the batch early. On the loop's thread, because the thread in run() may be blocked on a reader that does
     * not read.
     */
    void signalled(int number) {
        if (signal == 0) {
            signal = number;
        }
        if (!schedule.stop()) {
            schedule.kill();
        }
    }

    /** Forwards a signal to the jobs that run, including one whose start is in progress. For any thread. */
    void passOn(int number) {
        schedule.forAll(child -> SignalForwarder.send(child, number));
    }

    // ---- The source of the schedule.

    @Override
    public @Nullable Attempt next() {
        BatchJob job = jobs.poll();
        if (jobs.failure() != null) {
            fail(jobs.failure());
        }
        if (job == null) {
            return null;
        }
        int lane = lanes.nextClearBit(0);
        lanes.set(lane);
        return new Attempt(job, lane, null);
    }

    @Override
    public boolean hasEnded() {
        return jobs.hasEnded();
    }

    @Override
    public Command command(Attempt attempt) {
        return commands.of(attempt.job);
    }

    // ---- How it ended.

    Instant start() {
        return start;
    }

    long nanosSinceStart() {
        return System.nanoTime() - startNanos;
    }

    /** How many jobs were done in an earlier batch. */
    long skipped() {
        return jobs.skipped();
    }

    /** The signal that ended the batch, or 0. */
    int signal() {
        return signal;
    }

    /** Whether the batch could not go on. */
    boolean failed() {
        return failed.get();
    }

    /** Whether there may be jobs that were not run. */
    boolean endedEarly() {
        return schedule.isOver();
    }
}
