package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Command;
import dev.leash.Count;
import dev.leash.Count.Measured;
import dev.leash.Count.Reason;
import dev.leash.Count.Unavailable;
import dev.leash.Counter;
import dev.leash.Result;
import dev.leash.Supervisor;
import java.util.Map;

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
