package dev.leash.examples;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Supervisor;
import dev.leash.bench.Bench;
import dev.leash.bench.BenchReport;
import dev.leash.bench.Comparison;
import dev.leash.bench.Metric;
import dev.leash.bench.Variant;
import java.time.Duration;

/** Which of two programs is faster, and by how much. */
public class Benchmark {
    public static void main(String[] args) throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            // @start region=bench
            Command sleep = Command.of("sleep", "0.01").stdout(Output.discard()).timeout(Duration.ofSeconds(10));
            BenchReport report = Bench.of(Variant.of("short", sleep), Variant.of("long", sleep.args("0.01")))
                    .warmup(1)
                    .runs(10)
                    .run(supervisor);
            Comparison comparison = report.comparison(1, Metric.WALL).orElseThrow();
            System.out.printf("takes %.1f times as long", comparison.ratio());
            comparison.interval().ifPresent(it -> System.out.printf(", from %.2f to %.2f%n", it.low(), it.high()));
            // @end
        }
    }
}
