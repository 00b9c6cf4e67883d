package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.MICROSECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;

/** Until the start returns. */
final class Spawn implements Item {
    @Override
    public void measure(Bench bench) {
        Measurement spawn =
                new Measurement("spawn", "spawn", "Spawn: until the start returns, static no-op", MICROSECONDS);
        bench.alternate(spawn, Contestant.LIBRARIES, "spawn", bench.noop());
    }
}
