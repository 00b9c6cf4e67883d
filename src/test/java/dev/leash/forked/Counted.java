package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Count;
import dev.leash.Count.Measured;
import dev.leash.Count.Reason;
import dev.leash.Count.Unavailable;
import dev.leash.Counter;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Supervisor;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** What is counted of a run by a JVM that is not root's, is confined, or makes its starts in another way. */
public final class Counted {
    private Counted() {}

    /**
     * Counts a busy program.
     *
     * @param args how this JVM is run
     */
    public static void main(String[] args) throws Exception {
        Command busy = Command.shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");
        try (Supervisor supervisor = Supervisor.create()) {
            if (args[0].startsWith("virtual")) {
                Command idle = Command.of("sleep", "60").counters(Counter.TASK_CLOCK);
                idle = args[0].equals("virtual") ? idle : idle.nice(1);
                startsOfCarriersAreNotCounted(supervisor, idle, busy, Path.of(args[1]));
                System.out.println("done");
                return;
            }
            for (Command command : new Command[] {busy, busy.nice(1)}) {
                Result result = supervisor.run(command.counters(Counter.values()));
                check(result.succeeded(), result.toString());
                Map<Counter, Count> counts = result.counters();
                System.out.println(counts);
                switch (args[0]) {
                    case "unprivileged" -> unprivileged(counts);
                    case "filtered" -> filtered(counts);
                    default -> isCpuTime(result);
                }
            }
        }
        System.out.println("done");
    }

    /**
     * A carrier inherits the counters of the thread that makes it. So the start of a counted program must not be what wakes
     * the virtual thread that has asked for it, while all carriers are busy and there may be more.
     */
    private static void startsOfCarriersAreNotCounted(Supervisor supervisor, Command idle, Command busy, Path fifo)
            throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Result> counted = new CompletableFuture<>();
        Command waiting = idle.stdout(Output.file(fifo)); // until somebody reads it
        Thread asking = Thread.startVirtualThread(() -> {
            try {
                Child child = supervisor.start(waiting);
                check(supervisor.run(busy).succeeded(), "busy");
                over.set(true);
                child.stop();
                counted.complete(child.await());
            } catch (Exception | Error e) {
                over.set(true);
                counted.completeExceptionally(e);
            }
        });
        while (asking.getState() != Thread.State.WAITING && asking.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        for (int carrier = 1; carrier < Integer.getInteger("jdk.virtualThreadScheduler.parallelism"); carrier++) {
            CountDownLatch spins = new CountDownLatch(1);
            Thread ignored = Thread.startVirtualThread(() -> {
                spins.countDown();
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            });
            spins.await();
        }
        try (InputStream reader = Files.newInputStream(fifo)) {
            Result result = counted.get();
            check(reader.read() == -1, "it writes nothing, and has ended");
            System.out.println(result);
            if (result.counters().get(Counter.TASK_CLOCK) instanceof Measured clock) {
                long own = result.usage().cpuTime().toNanos();
                check(clock.raw() < own + 20_000_000, clock + " of a program that used " + own + " ns");
            }
        }
    }

    private static void unprivileged(Map<Counter, Count> counts) {
        check(!measured(counts, Counter.TASK_CLOCK).userModeOnly(), "a clock counts all");
        Measured faults = measured(counts, Counter.PAGE_FAULTS);
        check(faults.userModeOnly() && faults.raw() > 10, faults.toString());
        check(counts.get(Counter.CONTEXT_SWITCHES) instanceof Unavailable, "switches");
        for (Counter counter : new Counter[] {Counter.CONTEXT_SWITCHES, Counter.CPU_MIGRATIONS}) {
            Unavailable not = (Unavailable) counts.get(counter);
            check(not.reason() == Reason.NOT_PERMITTED, not.toString());
            check(not.explanation().contains("kernel.perf_event_paranoid is 2 (EACCES)"), not.explanation());
        }
    }

    private static void filtered(Map<Counter, Count> counts) {
        for (Count count : counts.values()) {
            check(count instanceof Unavailable not && not.reason() == Reason.FILTERED, count.toString());
        }
    }

    private static void isCpuTime(Result result) {
        if (result.counters().get(Counter.TASK_CLOCK) instanceof Unavailable) {
            return; // the tests in the JVM of the tests say why
        }
        long expected =
                result.usage().userTime().plus(result.usage().systemTime()).toNanos();
        long actual = measured(result.counters(), Counter.TASK_CLOCK).raw();
        check(actual > expected / 2 && actual < expected * 1.1 + 5e6, actual + " ns, and not " + expected);
    }

    private static Measured measured(Map<Counter, Count> counts, Counter counter) {
        check(counts.get(counter) instanceof Measured, String.valueOf(counts.get(counter)));
        return (Measured) counts.get(counter);
    }
}
