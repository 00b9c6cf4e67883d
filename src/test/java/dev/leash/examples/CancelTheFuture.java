package dev.leash.examples;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Supervisor;
import java.util.concurrent.TimeUnit;

/** The same by way of a future: what is cancelled is the run, not only the wait for it. */
public class CancelTheFuture {
    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create()) {
            // @start region=future
            Child child = supervisor.start(Command.of("sleep", "600"));
            var shown = child.result().thenAccept(result -> System.out.println(result.cause())); // CANCELLED

            child.result().cancel(true);
            shown.get(10, TimeUnit.SECONDS);
            // @end
        }
    }
}
