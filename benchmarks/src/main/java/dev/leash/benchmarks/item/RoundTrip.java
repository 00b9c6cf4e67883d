package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.MICROSECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import java.util.List;

/** Start, read both outputs to their ends, see the exit. */
final class RoundTrip implements Item {
    private static final List<Contestant> HEAPS = List.of(Contestant.LEASH, Contestant.JDK);
    private static final List<Contestant> SOME = List.of(Contestant.FLOOR, Contestant.LEASH, Contestant.JDK);

    @Override
    public void measure(Bench bench) {
        bench.alternate(measurement("noop", "static no-op"), Contestant.ALL, "roundtrip", bench.noop());
        bench.alternate(measurement("true", "/bin/true"), Contestant.ALL, "roundtrip", "/bin/true");
        bench.alternateWithBigEnvironment(
                measurement("environment", "no-op, with 1 MiB of environment"), SOME, "roundtrip", bench.noop());
        if (!bench.mode().isSmoke()) {
            bench.alternateWithBigHeap(
                    measurement("heap", "no-op, from a JVM with 4 GiB of live heap"), HEAPS, "roundtrip", bench.noop());
        }
    }

    private static Measurement measurement(String id, String program) {
        return new Measurement("round-trip", "round-trip-" + id, "Round trip: " + program, MICROSECONDS);
    }
}
