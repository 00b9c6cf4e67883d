package dev.leash.examples;

import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.Supervisor;

/** Asks first, waits for an answer, and insists. The wait is over as soon as everything has gone. */
public class GracefulStop {
    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create()) {
            // @start region=graceful
            Command server = Command.shell("trap 'echo saved; exit 0' TERM; while :; do sleep 0.1; done")
                    .timeout(ofSeconds(3))
                    .stopPlan(StopPlan.signal(Signal.TERM).then(ofSeconds(10)).kill());
            Result result = supervisor.run(server);
            System.out.println(result.cause() + ", " + result.status()); // TIMED_OUT, exit code 0
            System.out.print(result.stdout()); // saved
            result.stopSteps().forEach(step -> System.out.println(step.signal())); // TERM
            // @end
        }
    }
}
