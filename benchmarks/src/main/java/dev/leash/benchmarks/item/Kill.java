package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.MICROSECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;

/**
 * From the call that kills to the death being known. A Java thread waits, or a callback is there, while another thread
 * kills; the floor, Rust, Go and Python kill and wait in one thread. Python, Go, Rust, the floor and Leash also read both
 * outputs to their ends in that time.
 */
final class Kill implements Item {
    @Override
    public void measure(Bench bench) {
        bench.alternateForTails(
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
