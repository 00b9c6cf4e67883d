package dev.leash.forked;

import static dev.leash.forked.Check.check;
import static dev.leash.forked.Check.closeLeavesNothing;
import static dev.leash.forked.Check.within;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.support.ProcScan;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts near the end of the stack, and around it: MARKER HOW CONTAINMENT END. Says what came of it. */
public final class FullStack {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int STACK_BYTES = 512 * 1024;
    private static final int AROUND = 100;

    private final Supervisor supervisor;
    private final Command command;
    private final boolean waits;
    private final AtomicInteger errors = new AtomicInteger();

    private FullStack(Supervisor supervisor, Command command, boolean waits) {
        this.supervisor = supervisor;
        this.command = command;
        this.waits = waits;
    }

    public static void main(String[] args) throws Exception {
        Supervisor supervisor =
                Supervisor.builder().closeTime(Duration.ofSeconds(10)).create();
        Command command = Command.of("sleep", "600")
                .env(ProcScan.MARKER_VARIABLE, args[0])
                .timeout(Duration.ofMillis(5))
                .containment(Containment.valueOf(args[2]));
        if (args[2].equals("GROUP") && args[1].equals("settings")) {
            command = command.nice(1);
        }
        FullStack test = new FullStack(supervisor, command, args[1].equals("run"));
        for (int round = 0; round < 5; round++) {
            supervisor.run(command); // all classes are there
            supervisor.start(command).await();
        }
        Thread deep = new Thread(null, test::work, "deep", STACK_BYTES);
        deep.start();
        deep.join();
        System.out.println("errors " + test.errors);
        check(test.errors.get() > 0, "the end of the stack was never reached");
        if (args[3].equals("exit")) {
            System.exit(0);
        }
        check(
                within(PATIENCE, () -> supervisor.stats().live() == 0),
                "live: " + supervisor.stats().live());
        closeLeavesNothing(supervisor);
    }

    private void work() {
        int low = 0;
        int high = 200_000;
        while (high - low > 4) {
            int middle = (low + high) >>> 1;
            if (fits(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        for (int depth = Math.max(0, low - AROUND); depth < low + AROUND; depth += 2) {
            try {
                Child child = call(depth, command);
                if (child != null) {
                    child.kill();
                }
            } catch (StackOverflowError e) {
                errors.incrementAndGet();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private boolean fits(int depth) {
        try {
            call(depth, Command.of("/no/such/program"));
            return true;
        } catch (SpawnException e) {
            return true;
        } catch (StackOverflowError e) {
            return false;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Child call(int depth, Command what) throws Exception {
        if (depth > 0) {
            return call(depth - 1, what);
        }
        if (waits) {
            supervisor.run(what);
            return null;
        }
        return supervisor.start(what);
    }
}
