package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Children fill captures whose limits are far more than this JVM's heap: COUNT. */
public final class OutOfMemory {
    private static final int HUGE = 1 << 30;

    private OutOfMemory() {}

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[0]);
        try (Supervisor supervisor = Supervisor.create()) {
            AtomicLong handled = new AtomicLong();
            Child bystander = supervisor.start(Command.of("sh", "-c", "while :; do echo x; sleep 0.01; done")
                    .stdout(Output.onLoop(bytes -> handled.addAndGet(bytes.remaining()))));
            for (int round = 0; round < 3; round++) {
                List<Child> floods = new ArrayList<>();
                for (int number = 0; number < count; number++) {
                    floods.add(supervisor.start(Command.of("yes")
                            .stdout(number % 3 == 1 ? Output.captureTail(HUGE) : Output.capture(HUGE))));
                }
                Child sleeper = supervisor.start(Command.of("sleep", "600").timeout(Duration.ofMillis(300)));
                for (Child flood : floods) {
                    System.out.println(end(flood));
                }
                floods.clear();
                check(sleeper.await().wallTime().toSeconds() < 20, "the deadline of another");
                Result small = supervisor.run(Command.of("seq", "1000"));
                check(small.succeeded() && small.stdout().endsWith("\n1000\n"), small.toString());
            }
            long before = handled.get();
            while (handled.get() == before) {
                Thread.sleep(1);
            }
            check(bystander.isRunning(), "the bystander");
        }
        System.out.println("done");
    }

    /** Each ends by what it was itself refused: clear words, and the error as it came. */
    private static String end(Child flood) throws InterruptedException {
        Throwable told;
        try {
            Result result = flood.await();
            told = result.failure().orElseThrow(() -> new AssertionError(result.toString()));
            check(!result.outputComplete(), result.toString());
        } catch (IllegalStateException e) {
            told = e.getCause();
        }
        check(told instanceof OutOfMemoryError, "told " + told);
        return "refused: " + told.getMessage();
    }
}
