package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.MICROSECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;

/** From the call that kills to the death being known. The floor, Rust and Python look for themselves, in one thread. */
final class Kill implements Item {
    @Override
    public void measure(Bench bench) {
        bench.alternate(
                new Measurement("kill", "kill-thread", "Kill: until a waiting thread knows of the death", MICROSECONDS),
                Contestant.ALL,
                "kill-thread",
                bench.child("pause"));
        bench.alternate(
                new Measurement("kill", "kill-callback", "Kill: until a callback knows of the death", MICROSECONDS),
                Contestant.JAVA,
                "kill-callback",
                bench.child("pause"));
    }
}
