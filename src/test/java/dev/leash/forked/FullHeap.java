package dev.leash.forked;

import static dev.leash.forked.Check.check;
import static dev.leash.forked.Check.closeLeavesNothing;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Supervisor;
import dev.leash.support.ProcScan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** Starts while other code has taken the heap, up to the last object: MARKER. */
public final class FullHeap {
    private static final int ROUNDS = 60;

    private FullHeap() {}

    public static void main(String[] args) throws Exception {
        Supervisor supervisor =
                Supervisor.builder().closeTime(Duration.ofSeconds(10)).create();
        Command command = Command.of("sleep", "600").env(ProcScan.MARKER_VARIABLE, args[0]);
        // Each way that is gone below, so that no class of the JDK is initialized first where there is no heap for it:
        // it would fail for ever. Printing is one of them, with the charset's classes: so does a thread that dies.
        new Throwable("this is no failure").printStackTrace(System.out);
        for (int round = 0; round < 5; round++) {
            supervisor.run(command.timeout(Duration.ofMillis(5)));
            Child child = supervisor.start(command);
            child.kill();
            child.await();
        }
        int errors = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<byte[]> all = new ArrayList<>(100_000);
            fill(all);
            // From here on there is a little more of it each time.
            for (int given = round; given > 0 && !all.isEmpty(); given--) {
                all.removeLast();
            }
            try {
                Child child = supervisor.start(command);
                all.clear();
                child.kill();
                child.await();
            } catch (OutOfMemoryError e) {
                all.clear();
                errors++;
            } catch (IllegalStateException | RejectedExecutionException e) {
                all.clear(); // the loop was hit, in this start or before: it has killed all
                break;
            }
        }
        System.out.println("errors " + errors);
        check(errors > 0, "the heap was never full");
        closeLeavesNothing(supervisor);
    }

    private static void fill(List<byte[]> all) {
        for (int size = 1 << 20; size >= 16; size /= 2) {
            try {
                while (true) {
                    all.add(new byte[size]);
                }
            } catch (OutOfMemoryError e) {
                // smaller ones
            }
        }
    }
}
