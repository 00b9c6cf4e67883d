package dev.leash.benchmarks.worker;

import dev.leash.benchmarks.contender.Contender;
import dev.leash.benchmarks.contender.Contender.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a contender is asked to do, and how long it took: each work is written here once for all of them, as {@code
 * native/floor.c} has it. Most of them have a time as their first argument, in milliseconds, for which they go on: so that
 * a slow contender takes no more of the whole than a quick one.
 */
final class Works {
    /** Until a started child is surely in its pause, and whoever waits for it surely waits. */
    private static final long SETTLED_MILLIS = 2;

    private final Contender contender;
    private final List<Started> held = new ArrayList<>();

    /** Kept for the next sample: to make it anew would have the collector at work between the samples, and in them. */
    private byte[] input = {};

    Works(Contender contender) {
        this.contender = contender;
    }

    List<Long> run(String work, List<String> arguments) throws Exception {
        return switch (work) {
            case "times" -> times(arguments);
            case "idle" -> idle(arguments);
            case "roundtrip" -> repeat(arguments, this::roundTrip);
            case "spawn" -> repeat(arguments, this::spawn);
            case "kill-thread" -> repeat(arguments, this::killSeenByThread);
            case "kill-callback" -> repeat(arguments, this::killSeenByCallback);
            case "deadline-signal" -> repeat(arguments, this::deadlineToSignal);
            case "deadline-death" -> repeat(arguments, this::deadlineToDeath);
            case "held" -> List.of(returnThoughPipeIsHeld(arguments));
            case "output" -> repeat(arguments, this::output);
            case "lines" -> repeat(arguments, this::lines);
            case "echo" -> repeat(arguments, this::echo);
            case "hold" -> List.of(hold(arguments));
            case "flood" -> List.of(flood(arguments));
            case "release" -> List.of(release());
            case "throughput" -> List.of(throughput(arguments));
            case "cpu" -> List.of(cpuOfRun(arguments));
            case "state" -> state();
            default -> throw new UnsupportedOperationException(work);
        };
    }

    private interface Sample {
        /** A time in nanoseconds, or a negative number for a sample that came to nothing. */
        long take(List<String> arguments) throws Exception;
    }

    private static List<Long> repeat(List<String> arguments, Sample sample) throws Exception {
        long until = System.nanoTime() + Long.parseLong(arguments.getFirst()) * 1_000_000;
        List<String> rest = arguments.subList(1, arguments.size());
        List<Long> samples = new ArrayList<>();
        do {
            long taken = sample.take(rest);
            if (taken >= 0) {
                samples.add(taken);
            }
        } while (System.nanoTime() < until);
        return samples;
    }

    /** Some orders in one: with 0 for their time they give a number each. */
    private List<Long> times(List<String> arguments) throws Exception {
        List<Long> samples = new ArrayList<>();
        for (int left = Integer.parseInt(arguments.getFirst()); left > 0; left--) {
            samples.addAll(run(arguments.get(1), arguments.subList(2, arguments.size())));
        }
        return samples;
    }

    private static List<Long> idle(List<String> arguments) throws InterruptedException {
        Thread.sleep(Long.parseLong(arguments.getFirst()));
        return List.of();
    }

    private long roundTrip(List<String> command) throws Exception {
        long begin = System.nanoTime();
        contender.roundTrip(command);
        return System.nanoTime() - begin;
    }

    private long spawn(List<String> command) throws Exception {
        long begin = System.nanoTime();
        Started started = contender.start(command);
        long spawned = System.nanoTime() - begin;
        started.await();
        return spawned;
    }

    private long killSeenByThread(List<String> command) throws Exception {
        Started started = contender.start(command);
        AtomicLong seen = new AtomicLong();
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                started.await();
                seen.set(System.nanoTime());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Thread.sleep(SETTLED_MILLIS);
        long begin = System.nanoTime();
        started.kill();
        waiter.join();
        return seen.get() - begin;
    }

    private long killSeenByCallback(List<String> command) throws Exception {
        Started started = contender.start(command);
        AtomicLong seen = new AtomicLong();
        CountDownLatch called = new CountDownLatch(1);
        started.onEnd(() -> {
            seen.set(System.nanoTime());
            called.countDown();
        });
        Thread.sleep(SETTLED_MILLIS);
        long begin = System.nanoTime();
        started.kill();
        called.await();
        return seen.get() - begin;
    }

    /** The child tells when the signal came, on the clock that System.nanoTime() reads, too. */
    private long deadlineToSignal(List<String> arguments) throws Exception {
        Duration timeout = Duration.ofMillis(Long.parseLong(arguments.getFirst()));
        long deadline = System.nanoTime() + timeout.toNanos();
        String told = contender.end(arguments.subList(1, arguments.size()), timeout, true);
        return told.isEmpty() ? -1 : Math.max(0, Long.parseLong(told.strip()) - deadline);
    }

    private long deadlineToDeath(List<String> arguments) throws Exception {
        Duration timeout = Duration.ofMillis(Long.parseLong(arguments.getFirst()));
        long deadline = System.nanoTime() + timeout.toNanos();
        contender.end(arguments.subList(1, arguments.size()), timeout, false);
        return System.nanoTime() - deadline;
    }

    private long returnThoughPipeIsHeld(List<String> arguments) throws Exception {
        Duration timeout = Duration.ofMillis(Long.parseLong(arguments.getFirst()));
        List<String> command = arguments.subList(1, arguments.size());
        long begin = System.nanoTime();
        try {
            contender.end(command, timeout, false);
        } catch (UnsupportedOperationException e) {
            contender.end(command, timeout, true);
        }
        return System.nanoTime() - begin;
    }

    /** The first argument is how many children write at once, each read by a thread of its own. */
    private long output(List<String> arguments) throws Exception {
        int children = Integer.parseInt(arguments.getFirst());
        List<String> command = arguments.subList(1, arguments.size());
        return elapsed(callers(children, "platform"), children, () -> contender.read(command));
    }

    private long lines(List<String> command) throws Exception {
        long begin = System.nanoTime();
        contender.lines(command);
        return System.nanoTime() - begin;
    }

    private long echo(List<String> arguments) throws Exception {
        int size = Integer.parseInt(arguments.getFirst());
        if (input.length != size) {
            input = new byte[size];
        }
        long begin = System.nanoTime();
        contender.echo(arguments.subList(1, arguments.size()), input);
        return System.nanoTime() - begin;
    }

    private long hold(List<String> arguments) throws Exception {
        List<String> command = arguments.subList(1, arguments.size());
        long begin = System.nanoTime();
        for (int count = Integer.parseInt(arguments.getFirst()); count > 0; count--) {
            held.add(contender.hold(command));
        }
        return System.nanoTime() - begin;
    }

    private long flood(List<String> arguments) throws Exception {
        List<String> command = arguments.subList(1, arguments.size());
        for (int count = Integer.parseInt(arguments.getFirst()); count > 0; count--) {
            held.add(contender.flood(command));
        }
        return 0;
    }

    /** Ends all that are held. */
    long release() throws Exception {
        long begin = System.nanoTime();
        for (Started started : held) {
            started.kill();
        }
        for (Started started : held) {
            started.await();
        }
        held.clear();
        return System.nanoTime() - begin;
    }

    private long throughput(List<String> arguments) throws Exception {
        int callers = Integer.parseInt(arguments.getFirst());
        long runs = Long.parseLong(arguments.get(2));
        List<String> command = arguments.subList(3, arguments.size());
        AtomicLong left = new AtomicLong(runs);
        return elapsed(callers(callers, arguments.get(1)), callers, () -> {
            while (left.getAndDecrement() > 0) {
                contender.roundTrip(command);
            }
            return null;
        });
    }

    private static ExecutorService callers(int count, String kind) {
        return "virtual".equals(kind)
                ? Executors.newVirtualThreadPerTaskExecutor()
                : Executors.newFixedThreadPool(count);
    }

    private static long elapsed(ExecutorService callers, int count, Callable<?> task) throws Exception {
        try (callers) {
            long begin = System.nanoTime();
            List<Future<?>> tasks = new ArrayList<>();
            for (int caller = 0; caller < count; caller++) {
                tasks.add(callers.submit(task));
            }
            for (Future<?> each : tasks) {
                each.get();
            }
            return System.nanoTime() - begin;
        }
    }

    private long cpuOfRun(List<String> arguments) throws Exception {
        long begin = CpuClock.nanos();
        int runs = repeat(arguments, this::roundTrip).size();
        return (CpuClock.nanos() - begin) / runs;
    }

    /** Live heap, resident bytes, threads, CPU time of this process. */
    private static List<Long> state() throws IOException {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        long resident =
                Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
        try (var threads = Files.list(Path.of("/proc/self/task"))) {
            return List.of(heap, resident, threads.count(), CpuClock.nanos());
        }
    }
}
