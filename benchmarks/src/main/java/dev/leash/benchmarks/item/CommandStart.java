package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.MILLISECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import java.util.EnumMap;
import java.util.Map;

/**
 * How long the command takes to start, run a program that does nothing, and end: beside the original, and beside what a JVM
 * takes for itself. The floor runs all three, as whole processes.
 */
final class CommandStart implements Item {
    private static final String WORK = " timeout 10 true";

    @Override
    public void measure(Bench bench) {
        Map<Contestant, String> commands = new EnumMap<>(Contestant.class);
        commands.put(Contestant.LEASH, bench.leash() + WORK);
        commands.put(Contestant.COREUTILS, bench.onPath("timeout") + " 10 true");
        commands.put(Contestant.JAVA_VERSION, bench.java() + " -version");
        bench.alternateCommands(
                new Measurement("start", "start", "From nothing to the end of `timeout 10 true`", MILLISECONDS), commands);
    }
}
