package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.MILLISECONDS;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import java.util.EnumMap;
import java.util.Map;

/**
 * How long the command takes to start, do the least, and end: beside the original of `timeout`, and beside what a JVM takes
 * for itself. The floor runs all three, as whole processes.
 */
final class CommandStart implements Item {
    private static final String WORK = " timeout 10 true";

    @Override
    public void measure(Bench bench) {
        beside(bench, "start", "From nothing to the end of `timeout 10 true`", WORK);
        beside(bench, "start-run", "The same for `run -- true`", " run -- true");
        beside(bench, "start-batch", "The same for `batch /dev/null`", " batch /dev/null");
        beside(bench, "start-doctor", "The same for `doctor`", " doctor");
    }

    private static void beside(Bench bench, String id, String title, String ours) {
        Map<Contestant, String> commands = new EnumMap<>(Contestant.class);
        commands.put(Contestant.LEASH, bench.leash() + ours);
        commands.put(Contestant.COREUTILS, bench.onPath("timeout") + WORK.substring(" timeout".length()));
        commands.put(Contestant.JAVA_VERSION, bench.java() + " -version");
        bench.alternateCommands(new Measurement("start", id, title, MILLISECONDS), commands);
    }
}
