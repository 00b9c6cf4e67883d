package dev.leash.examples;

import static java.time.Duration.ofSeconds;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.Supervisor;

/** Any thread may stop a run, at any time; whoever waits for it is told. */
public class CancelFromAnotherThread {
    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create()) {
            // @start region=cancel
            Child child = supervisor.start(Command.of("sleep", "600"));
            StopPlan plan = StopPlan.signal(Signal.TERM).then(ofSeconds(1)).kill();
            Thread other = Thread.ofVirtual().start(() -> child.stop(plan));

            Result result = child.await();
            System.out.println(result.cause()); // CANCELLED
            System.out.println(result.status()); // ended by SIGTERM
            // @end
            other.join();
        }
    }
}
