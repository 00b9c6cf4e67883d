package dev.leash.cli.batch;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.io.LostOutputException;
import dev.leash.cli.io.RawText;
import dev.leash.cli.run.SignalForwarder;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.sys.SpawnAttributes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs of a batch. The thread in {@link #run} owns all their state; the queue {@link #events} brings it what
 * has happened. Another thread reads the jobs, because that may take for ever; it reads only when there is room for
 * one more.
 */
final class BatchRunner {
    private static final StopPlan TERM_THEN_KILL =
            StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(2)).kill();

    /** With --json, for each stream: half from its start, half from its end. */
    private static final Output CAPTURED = Output.captureEnds(256 << 10);

    private final CommandAccess access = CommandAccess.get();
    private final BatchOptions options;
    private final Supervisor supervisor;
    private final CallerContext caller;
    private final SpawnAttributes signals;
    private final BatchScreen screen;
    private final Listener listener;

    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Semaphore room;
    private final AtomicLong skipped = new AtomicLong();
    private final Set<Child> live = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    // Used only by the thread in run().
    private final BitSet lanes = new BitSet();
    private final Queue<Attempt> waiting = new ArrayDeque<>();
    private int running;
    private boolean inputEnded;
    private boolean ending;
    private int signal;
    private boolean failed;

    /** Hears of each job that has ended. */
    interface Listener {
        void ended(JobEnd end) throws IOException;
    }

    private interface Event {
        void happen() throws IOException;
    }

    private record Attempt(BatchJob job, int lane, List<JobEnd.Earlier> earlier) {}

    BatchRunner(
            BatchOptions options, Supervisor supervisor, CallerContext caller, BatchScreen screen, Listener listener) {
        this.options = options;
        this.supervisor = supervisor;
        this.signals = caller.signalsOfGroup();
        this.caller = caller;
        this.screen = screen;
        this.listener = listener;
        this.room = new Semaphore(options.parallelism());
    }

    /** Runs the batch until all jobs have ended or the batch is ended early. */
    void run(JobLines jobs, @Nullable JobLog log) throws InterruptedException {
        Thread.ofPlatform().daemon().name("leash-jobs").start(() -> read(jobs, log));
        while (running > 0 || !(inputEnded || ending)) {
            Event event = events.take();
            try {
                event.happen();
            } catch (LostOutputException e) {
                lost();
            } catch (IOException e) {
                fail(e.getMessage());
            }
        }
    }

    private void read(JobLines jobs, @Nullable JobLog log) {
        try {
            while (true) {
                room.acquire();
                BatchJob job = jobs.next();
                while (job != null && log != null && log.isDone(job)) {
                    skipped.incrementAndGet();
                    job = jobs.next();
                }
                if (job == null) {
                    break;
                }
                BatchJob next = job;
                events.add(() -> begin(next, List.of()));
            }
        } catch (Exception | OutOfMemoryError e) {
            events.add(() -> fail("could not read the jobs: " + e.getMessage()));
        }
        events.add(() -> inputEnded = true);
    }

    /** The batch cannot go on. Jobs that run are not stopped. */
    private void fail(@Nullable String why) {
        if (!failed) {
            screen.say(String.valueOf(why));
        }
        failed = true;
        ending = true;
    }

    private void begin(BatchJob job, List<JobEnd.Earlier> earlier) {
        if (!ending) {
            int lane = lanes.nextClearBit(0);
            lanes.set(lane);
            start(new Attempt(job, lane, earlier));
        }
    }

    private void start(Attempt attempt) {
        long began = System.nanoTime();
        Child child;
        try {
            child = supervisor.start(command(attempt.job));
        } catch (SpawnException failure) {
            if (failure.kind() == SpawnException.Kind.LIMIT && running > 0) {
                // Descriptors or processes are short; the end of another job frees some.
                lanes.clear(attempt.lane);
                waiting.add(attempt);
                return;
            }
            running++;
            events.add(() -> ended(attempt, began, null, failure));
            return;
        }
        running++;
        live.add(child);
        if (stopping) {
            child.stop();
        }
        CompletableFuture<Result> ignored = child.result().whenComplete((result, failure) -> {
            live.remove(child);
            events.add(() -> ended(attempt, began, result, failure));
        });
    }

    private void ended(Attempt attempt, long began, @Nullable Result result, @Nullable Throwable failure)
            throws IOException {
        running--;
        long offset = began - startNanos;
        JobEnd end = new JobEnd(
                attempt.job,
                attempt.lane,
                attempt.earlier,
                start.plusNanos(offset / 1_000 * 1_000),
                offset,
                result == null ? System.nanoTime() - began : result.wallTime().toNanos(),
                result,
                failure);
        if (!end.succeeded() && attempt.earlier.size() < options.retries() && !ending) {
            List<JobEnd.Earlier> earlier = new ArrayList<>(attempt.earlier);
            earlier.add(new JobEnd.Earlier(end.startNanos(), end.wallNanos(), end.fate()));
            start(new Attempt(attempt.job, attempt.lane, earlier));
            return;
        }
        lanes.clear(attempt.lane);
        Attempt next = waiting.poll();
        if (next != null) {
            begin(next.job, next.earlier);
        }
        room.release();
        listener.ended(end);
    }

    /**
     * Ends the batch early. On the loop's thread, because the thread in run() may be blocked on a reader that does
     * not read.
     */
    void signalled(int number) {
        boolean again = stopping;
        stopping = true;
        live.forEach(again ? Child::kill : Child::stop);
        events.add(() -> {
            signal = signal == 0 ? number : signal;
            ending = true;
        });
    }

    /** Forwards a signal to the jobs that run, including one whose start is in progress. On the loop's thread. */
    void passOn(int number) {
        events.add(() -> live.forEach(child -> SignalForwarder.send(child, number)));
    }

    /** The output of the jobs is lost. On a thread of a job. */
    private void outputBroken(IOException e) {
        events.add(() -> {
            throw e;
        });
    }

    /** The output of the jobs is lost, so this stops them. The summary says why. */
    private void lost() {
        failed = true;
        ending = true;
        if (!stopping) {
            stopping = true;
            live.forEach(Child::stop);
        }
    }

    private Command command(BatchJob job) {
        Command command = caller.given(
                        Command.ofBytes(RawText.bytes(job.arguments())),
                        caller.environmentWith(job.environment()),
                        signals)
                .stopPlan(TERM_THEN_KILL)
                .stdin(job.stdin().length == 0 ? Stdin.empty() : Stdin.bytes(job.stdin()));
        long timeout = job.timeoutNanos() == 0 ? options.timeoutNanos() : job.timeoutNanos();
        if (timeout != Long.MAX_VALUE) {
            command = command.timeout(Duration.ofNanos(timeout));
        }
        String directory = job.directory();
        if (directory != null) {
            command = command.directory(RawText.bytes(directory));
        } else if (caller.deletedDirectory() >= 0) {
            command = access.directory(command, caller.deletedDirectory());
        }
        return options.json()
                ? command.stdout(CAPTURED).stderr(CAPTURED)
                : command.stdout(access.into(screen.lines(false, this::outputBroken)))
                        .stderr(access.into(screen.lines(true, this::outputBroken)));
    }

    Instant start() {
        return start;
    }

    long nanosSinceStart() {
        return System.nanoTime() - startNanos;
    }

    /** How many jobs were done in an earlier batch. */
    long skipped() {
        return skipped.get();
    }

    /** The signal that ended the batch, or 0. */
    int signal() {
        return signal;
    }

    /** Whether the batch could not go on. */
    boolean failed() {
        return failed;
    }

    /** Whether there may be jobs that were not run. */
    boolean endedEarly() {
        return ending;
    }
}
