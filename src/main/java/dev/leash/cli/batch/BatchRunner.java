package dev.leash.cli.batch;

import dev.leash.Cause;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.io.LostOutputException;
import dev.leash.cli.io.RawText;
import dev.leash.cli.run.SignalForwarder;
import dev.leash.internal.engine.Engine;
import dev.leash.internal.io.InputSource;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.run.Ending;
import dev.leash.internal.run.Run;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.SpawnAttributes;
import java.io.IOException;
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
 * Runs the jobs of a batch. One thread, the one in {@link #run}, owns all that is known of them: it is told by {@link
 * #events} what has happened. Another one reads the jobs, since that may take for ever; it does so only when there is room
 * for one more.
 */
final class BatchRunner {
    private static final List<StopStep> KILL = List.of(new StopStep(StopStep.SIGKILL, 0));
    private static final List<StopStep> TERM_THEN_KILL =
            List.of(new StopStep(Signal.TERM.number(), 2_000_000_000L), KILL.getFirst());

    /** Of each stream, with --json: half from its start, half from its end. */
    private static final int CAPTURED = 256 << 10;

    private final BatchOptions options;
    private final Engine engine;
    private final CallerContext world;
    private final BatchScreen screen;
    private final Listener listener;

    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Semaphore room;
    private final AtomicLong skipped = new AtomicLong();
    private final Set<Run> live = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    // The thread's that is in run().
    private final BitSet lanes = new BitSet();
    private final Queue<Attempt> waiting = new ArrayDeque<>();
    private int running;
    private boolean inputEnded;
    private boolean ending;
    private int signal;
    private boolean failed;

    /** Is told of each job that has ended. */
    interface Listener {
        void ended(JobEnd end) throws IOException;
    }

    private interface Event {
        void happen() throws IOException;
    }

    private record Attempt(BatchJob job, int lane, List<JobEnd.Earlier> earlier) {}

    BatchRunner(BatchOptions options, Engine engine, CallerContext world, BatchScreen screen, Listener listener) {
        this.options = options;
        this.engine = engine;
        this.world = world;
        this.screen = screen;
        this.listener = listener;
        this.room = new Semaphore(options.parallelism());
    }

    /** Returns when all jobs have ended, or the batch has. */
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

    /** The batch cannot go on. What runs is let run. */
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
        Run run;
        try {
            run = engine.start(spec(attempt.job));
        } catch (SpawnException failure) {
            if (failure.kind() == SpawnException.Kind.LIMIT && running > 0) {
                // Descriptors or processes are short. One that ends makes room.
                lanes.clear(attempt.lane);
                waiting.add(attempt);
                return;
            }
            running++;
            events.add(() -> ended(attempt, began, 0, null, failure));
            return;
        }
        running++;
        live.add(run);
        if (stopping) {
            run.requestStop(Cause.CANCELLED, TERM_THEN_KILL);
        }
        CompletableFuture<Ending> ignored = run.outcome().whenComplete((outcome, failure) -> {
            live.remove(run);
            events.add(() -> ended(attempt, began, run.pid(), outcome, failure));
        });
    }

    private void ended(Attempt attempt, long began, int pid, @Nullable Ending outcome, @Nullable Throwable failure)
            throws IOException {
        running--;
        long offset = began - startNanos;
        JobEnd end = new JobEnd(
                attempt.job,
                attempt.lane,
                attempt.earlier,
                start.plusNanos(offset / 1_000 * 1_000),
                offset,
                outcome == null ? System.nanoTime() - began : outcome.wallNanos(),
                pid,
                outcome,
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

    /** The batch is to be ended. On the loop's thread: this one may be writing to somebody who does not read. */
    void signalled(int number) {
        List<StopStep> plan = stopping ? KILL : TERM_THEN_KILL;
        stopping = true;
        live.forEach(run -> run.requestStop(Cause.CANCELLED, plan));
        events.add(() -> {
            signal = signal == 0 ? number : signal;
            ending = true;
        });
    }

    /** A signal for the jobs that run, that of which the start is not over included. On the loop's thread. */
    void passOn(int number) {
        events.add(() -> live.forEach(run -> SignalForwarder.send(run, number)));
    }

    /** On a thread of a job's: what the jobs write is lost. */
    private void outputBroken(IOException e) {
        events.add(() -> {
            throw e;
        });
    }

    /** Nobody gets what the jobs write any more, so they need not go on. The last word says why. */
    private void lost() {
        failed = true;
        ending = true;
        if (!stopping) {
            stopping = true;
            live.forEach(run -> run.requestStop(Cause.CANCELLED, TERM_THEN_KILL));
        }
    }

    private RunSpec spec(BatchJob job) {
        String directory = job.directory();
        ProgramSpec.Builder program = ProgramSpec.of(RawText.bytes(job.arguments()))
                .environment(world.environmentWith(job.environment()))
                .directory(directory == null ? world.directory() : new Directory.Path(RawText.bytes(directory)))
                .attributes(SpawnAttributes.create(true, world.defaultsOfChild(), world.blockedSignals()));
        if (job.stdin().length > 0) {
            program.stdin(new InputSource.Bytes(job.stdin()));
        }
        direct(program);
        return RunSpec.of(program.build())
                .timeoutNanos(job.timeoutNanos() == 0 ? options.timeoutNanos() : job.timeoutNanos())
                .stopPlan(TERM_THEN_KILL)
                .build();
    }

    private void direct(ProgramSpec.Builder program) {
        if (options.json()) {
            OutputTarget captured = new OutputTarget.Captured(CAPTURED, OutputTarget.Keep.ENDS);
            program.stdout(captured).stderr(captured);
        } else {
            program.stdout(new OutputTarget.Consumed(() -> screen.lines(false, this::outputBroken)))
                    .stderr(new OutputTarget.Consumed(() -> screen.lines(true, this::outputBroken)));
        }
    }

    Instant start() {
        return start;
    }

    long nanosSinceStart() {
        return System.nanoTime() - startNanos;
    }

    /** How many were done before. */
    long skipped() {
        return skipped.get();
    }

    /** What the batch was ended by, or 0. */
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
