package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.COUNT;
import static dev.leash.benchmarks.Measurement.Unit.MILLISECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import java.util.List;

/**
 * What a deadline is worth where the program has children, which have its pipes: when the call comes back, and who is left
 * alive then. Here no number is better than another; it shows who can do it at all.
 */
final class HeldPipe {
    private static final int TIMEOUT_MILLIS = 200;
    private static final String KNOWN_BY = "3.0471";

    private HeldPipe() {}

    static void measure(Bench bench) {
        String what = "A shell with children, which hold its pipes, and a deadline of " + TIMEOUT_MILLIS + " ms: ";
        Measurement returned =
                new Measurement("deadline", "held-return", what + "the call returns after", MILLISECONDS);
        Measurement alive = new Measurement("deadline", "held-alive", what + "left alive by then", COUNT);
        bench.add(returned);
        bench.add(alive);
        for (Contestant contestant : Contestant.LIBRARIES) {
            bench.spend(2L * TIMEOUT_MILLIS);
            if (!bench.planning()) {
                List<Long> answer =
                        bench.ask(returned, contestant, "held " + TIMEOUT_MILLIS + " /bin/sh " + bench.holder());
                List<ProcessHandle> left = left();
                if (answer != null) {
                    returned.add(contestant, answer.getFirst() / 1e6);
                    alive.add(contestant, left.size());
                }
                left.forEach(ProcessHandle::destroyForcibly);
            }
        }
    }

    private static List<ProcessHandle> left() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().stream()
                        .anyMatch(arguments -> List.of(arguments).contains(KNOWN_BY)))
                .toList();
    }
}
