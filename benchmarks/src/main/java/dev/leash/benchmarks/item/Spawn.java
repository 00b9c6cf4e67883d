package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.MICROSECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import java.util.ArrayList;
import java.util.List;

/** Until the start returns. */
final class Spawn implements Item {
    @Override
    public void measure(Bench bench) {
        Measurement spawn =
                new Measurement("spawn", "spawn", "Spawn: until the start returns, static no-op", MICROSECONDS);
        List<Contestant> contestants = new ArrayList<>(Contestant.LIBRARIES);
        contestants.remove(Contestant.COMMONS_EXEC);
        spawn.absent(Contestant.COMMONS_EXEC, "returns before there is a process: a thread of its own starts it");
        bench.alternate(spawn, contestants, "spawn", bench.noop());
    }
}
