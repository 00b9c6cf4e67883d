package dev.leash.examples;

import dev.leash.Command;
import dev.leash.Count;
import dev.leash.Counter;
import dev.leash.Result;
import dev.leash.SchedulingPolicy;
import dev.leash.Supervisor;

/** What a program makes the processor and the kernel do. */
public class Measuring {
    public static void main(String[] args) throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            // @start region=counters
            Result result = supervisor.run(Command.of("sort", "/etc/services")
                    .counters(Counter.TASK_CLOCK, Counter.PAGE_FAULTS, Counter.CYCLES, Counter.INSTRUCTIONS));
            for (Count count : result.counters().values()) {
                if (count instanceof Count.Unavailable missing) {
                    System.out.println(missing.counter() + ": " + missing.explanation());
                } else {
                    System.out.println(count.counter() + ": " + count.value().orElseThrow());
                }
            }
            // @end
            // @start region=steady
            Command steady = Command.of("sort", "/etc/services")
                    .cpuAffinity(0)
                    .scheduling(SchedulingPolicy.BATCH)
                    .prefix("setarch", "-R") // the same addresses in each run
                    .clearEnv()
                    .env("PATH", "/usr/bin:/bin")
                    .env("LC_ALL", "C");
            // @end
            System.out.println(steady.counters(Counter.TASK_CLOCK));
        }
    }
}
