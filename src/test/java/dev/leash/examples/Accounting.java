package dev.leash.examples;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Supervisor;
import dev.leash.Usage;
import java.time.Duration;

/** What a program has used. */
public class Accounting {
    public static void main(String[] args) throws Exception {
        // @start region=builder
        Supervisor supervisor =
                Supervisor.builder().name("compilers").guardian(false).create();
        // @end
        try (supervisor) {
            // @start region=usage
            Result result = supervisor.run(Command.shell("i=0; while test $i -lt 20000; do i=$((i + 1)); done"));
            Usage usage = result.usage();
            Duration cpu = usage.userTime().plus(usage.systemTime());
            System.out.println("used " + cpu.toMillis() + " ms of CPU in "
                    + result.wallTime().toMillis() + " ms");
            // @end
        }
    }
}
