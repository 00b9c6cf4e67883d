package dev.leash.forked;

import static dev.leash.forked.Check.check;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.StopPlan;
import dev.leash.StragglerPolicy;
import dev.leash.Supervisor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs of all kinds, one after the other on a few threads, where process numbers are used again all the time: SECONDS RUNS.
 * Each run gets the result that is its own, and handles of ended runs are used as if they were not. In the end the JVM
 * halts in the middle of some, which leaves them to the guardian.
 */
public final class AmongStrangers {
    private static final int THREADS = 3;
    private static final StopPlan POLITE =
            StopPlan.signal(Signal.TERM).then(ofSeconds(20)).kill();

    private final Supervisor supervisor;
    private final long endNanos;
    private final int most;
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger full = new AtomicInteger();
    private final ConcurrentHashMap<Long, Boolean> numbers = new ConcurrentHashMap<>();

    private AmongStrangers(Supervisor supervisor, long endNanos, int most) {
        this.supervisor = supervisor;
        this.endNanos = endNanos;
        this.most = most;
    }

    @SuppressWarnings("resource") // left to the guardian, on purpose
    public static void main(String[] args) throws Exception {
        Supervisor supervisor = Supervisor.create();
        AmongStrangers storm = new AmongStrangers(
                supervisor,
                System.nanoTime() + ofSeconds(Integer.parseInt(args[0])).toNanos(),
                Integer.parseInt(args[1]));
        try (var threads = java.util.concurrent.Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int seed = thread;
                all.add(threads.submit(() -> {
                    storm.work(new Random(seed));
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        for (int number = 0; number < 4; number++) {
            Containment containment = number % 2 == 0 ? Containment.GROUP : Containment.TREE;
            supervisor.start(Command.shell("sleep 600 & sleep 600").containment(containment));
            supervisor.start(
                    Command.shell("sleep 600 & exit 0").containment(containment).stopPlan(POLITE));
        }
        System.out.println("runs " + storm.runs + ", numbers " + storm.numbers.size() + ", full " + storm.full);
        Runtime.getRuntime().halt(0);
    }

    private void work(Random random) throws Exception {
        Deque<Child> ended = new ArrayDeque<>();
        while (System.nanoTime() < endNanos && runs.get() < most) {
            Containment containment = random.nextInt(3) == 0 ? Containment.TREE : Containment.GROUP;
            try {
                ended.add(one(random.nextInt(8), containment));
                runs.incrementAndGet();
            } catch (SpawnException e) {
                check(e.errnoName().equals("EAGAIN"), e.getMessage());
                full.incrementAndGet(); // no number was free, which happens here
                continue;
            }
            if (ended.size() > 100) {
                useAsIfItWereNotEnded(ended.remove());
            }
        }
    }

    /** By now its number belongs to somebody else, or did. */
    private static void useAsIfItWereNotEnded(Child child) {
        check(!child.signal(Signal.TERM), "signalled after the end: " + child);
        child.stop(POLITE);
        child.kill();
    }

    private Child one(int kind, Containment containment) throws Exception {
        Command command =
                switch (kind) {
                    case 0 -> Command.of("true");
                    case 1 -> Command.shell("exit 3");
                    case 2 -> Command.of("sleep", "600").timeout(ofMillis(3)).stopPlan(POLITE);
                    case 3 -> Command.of("sleep", "600").stopPlan(POLITE);
                    case 4 -> Command.shell("sleep 600 & exit 0");
                    case 5 -> Command.shell("sleep 0.01 & exit 0").stragglers(StragglerPolicy.LEAVE);
                    case 6 -> Command.shell("setsid sleep 600 & exit 0").containment(Containment.TREE);
                    default -> Command.shell("trap '' TERM; sleep 600 & wait").timeout(ofMillis(10));
                };
        // Who is left may have any descriptor, so none of the run's.
        Child child = supervisor.start(
                (kind == 6 ? command : command.containment(containment)).stdout(dev.leash.Output.discard()));
        numbers.put(child.pid(), true);
        if (kind == 3) {
            child.stop();
        }
        Result result = child.await();
        switch (kind) {
            case 0 -> expect(result, Cause.EXITED, new ExitStatus.Exited(0), 0);
            case 1 -> expect(result, Cause.EXITED, new ExitStatus.Exited(3), 0);
            case 2 -> expect(result, Cause.TIMED_OUT, new ExitStatus.Signaled(Signal.TERM, false), 0);
            case 3 -> expect(result, Cause.CANCELLED, new ExitStatus.Signaled(Signal.TERM, false), 0);
            case 4, 6 -> expectUnlessFull(result, 1);
            case 5 -> expectUnlessFull(result, 0);
            default -> expect(result, Cause.TIMED_OUT, new ExitStatus.Signaled(Signal.KILL, false), -1);
        }
        return child;
    }

    private void expectUnlessFull(Result result, int stragglers) {
        if (result.stderr().contains("ork")) {
            full.incrementAndGet(); // the shell says so: cannot fork
            return;
        }
        expect(result, Cause.EXITED, new ExitStatus.Exited(0), stragglers);
    }

    private static void expect(Result result, Cause cause, ExitStatus status, int stragglers) {
        check(result.cause() == cause && result.status().equals(status), result + " " + result.stderr());
        check(stragglers < 0 || result.stragglersKilled() == stragglers, result + " killed " + result.killed());
        check(result.survivors().isEmpty(), "survivors: " + result.survivors());
    }
}
