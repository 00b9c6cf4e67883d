package dev.leash.forked;

import static dev.leash.forked.Check.check;
import static dev.leash.forked.Check.closeLeavesNothing;
import static dev.leash.forked.Check.within;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.support.Patience;
import dev.leash.support.ProcScan;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;

/** Starts or waits near the end of the stack, and around it: MARKER HOW CONTAINMENT END. Says what came of it. */
public final class FullStack {
    private static final Duration PATIENCE = Patience.seconds(40);
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
        Thread deep = new Thread(null, args[1].equals("await") ? test::waitForEach : test::work, "deep", STACK_BYTES);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        deep.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        deep.start();
        deep.join();
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        System.out.println("errors " + test.errors);
        check(args[1].equals("await") || test.errors.get() > 0, "the end of the stack was never reached");
        if (args[3].equals("exit")) {
            System.exit(0);
        }
        check(
                within(PATIENCE, () -> supervisor.stats().live() == 0),
                "live: " + supervisor.stats().live());
        closeLeavesNothing(supervisor);
    }

    /** Waits deep down for what was started above: the wait fails or does not, the run never does. */
    private void waitForEach() {
        try {
            Child ended = supervisor.start(command);
            ended.await();
            int low = deepest(depth -> await(depth, ended));
            for (int depth = Math.max(0, low - 3 * AROUND); depth < low + AROUND; depth += 2) {
                Child child = supervisor.start(command);
                boolean ignored = await(depth, child);
                check(
                        child.result()
                                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                        .cause()
                                == Cause.TIMED_OUT,
                        "at depth " + depth);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean await(int depth, Child child) {
        try {
            awaitAt(depth, child);
            return true;
        } catch (StackOverflowError e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitAt(int depth, Child child) throws InterruptedException {
        if (depth > 0) {
            awaitAt(depth - 1, child);
        } else {
            Result ignored = child.await();
        }
    }

    private static int deepest(IntPredicate fits) {
        int low = 0;
        int high = 200_000;
        while (high - low > 4) {
            int middle = (low + high) >>> 1;
            if (fits.test(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void work() {
        int low = deepest(this::fits);
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
