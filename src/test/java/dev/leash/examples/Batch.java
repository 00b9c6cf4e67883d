package dev.leash.examples;

import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.Completion;
import dev.leash.Supervisor;
import java.util.stream.IntStream;

/** A thousand commands, eight at a time. */
public class Batch {
    public static void main(String[] args) throws Exception {
        var commands = IntStream.range(0, 1_000)
                .mapToObj(n -> Command.shell("exit $((" + n + " % 2))").timeout(ofSeconds(30)))
                .toList();
        // @start region=batch
        int failed = 0;
        try (var supervisor = Supervisor.create();
                var batch = supervisor.runAll(commands, 8)) {
            for (Completion done : (Iterable<Completion>) batch::iterator) { // each as soon as it has ended
                failed += done.succeeded() ? 0 : 1;
            }
        }
        System.out.println(failed + " of " + commands.size() + " failed");
        // @end
    }
}
