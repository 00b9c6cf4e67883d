package dev.leash.examples;

import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Supervisor;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** A thousand commands, eight at a time. */
public class Batch {
    public static void main(String[] args) throws Exception {
        var commands = IntStream.range(0, 1_000)
                .mapToObj(n -> Command.shell("exit $((" + n + " % 2))").timeout(ofSeconds(30)))
                .toList();
        // @start region=batch
        try (var supervisor = Supervisor.create();
                var eight = Executors.newFixedThreadPool(8, Thread.ofVirtual().factory())) {
            var jobs = commands.stream()
                    .map(command -> (Callable<Result>) () -> supervisor.run(command))
                    .toList();
            int failed = 0;
            for (var job : eight.invokeAll(jobs)) {
                failed += job.get().succeeded() ? 0 : 1;
            }
            System.out.println(failed + " of " + jobs.size() + " failed");
        }
        // @end
    }
}
