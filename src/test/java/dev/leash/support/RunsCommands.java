package dev.leash.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpecOf;
import dev.leash.StopStepTaken;
import dev.leash.Supervisor;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the tests on real children share: a supervisor for each test, a marker in the environment of all that is started,
 * and two checks that every test gets for nothing: no result contradicts itself, and nothing that was started is alive
 * when the supervisor is closed.
 */
public abstract class RunsCommands {
    @RegisterExtension
    public static final LeakCheck LEAKS = new LeakCheck();

    protected final String marker = ProcScan.newMarker();
    protected Supervisor supervisor;

    @BeforeEach
    protected void open() throws IOException {
        supervisor = Supervisor.create();
    }

    @AfterEach
    protected void closeAndFindNothingAlive() {
        supervisor.close();
        assertEquals(List.of(), ProcScan.withMarker(marker), "alive after close()");
    }

    public static Command sh(String line) {
        return Command.of("sh", "-c", line);
    }

    /** Does {@code line} when a grandchild, outside of the group, holds the output; {@link #killEscaped} ends that. */
    public static Command escaping(String line) {
        return Command.of(Children.path("escapes-holding-output"), line);
    }

    public static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    protected Command marked(Command command) {
        return command.env(ProcScan.MARKER_VARIABLE, marker);
    }

    protected Child start(Command command) throws IOException {
        return supervisor.start(marked(command));
    }

    protected Result run(Command command) throws IOException, InterruptedException {
        return checked(supervisor.run(marked(command)));
    }

    /** A run whose handler holds up the loop until it is released. */
    protected final class HeldLoop {
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);
        private final Child holder;

        /** Returns when the loop is held up. */
        public HeldLoop() throws Exception {
            holder = start(sh("echo x").stdout(Output.onLoop(bytes -> hold())));
            held.await();
        }

        private void hold() {
            held.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        public void release() {
            release.countDown();
        }

        public Result await() throws InterruptedException {
            return holder.await();
        }
    }

    /** Whether it waits for a child: parked, or in the kernel, where it polls for the end itself. */
    public static boolean isAwaiting(Thread thread) {
        return isIn(thread, "dev.leash.internal.run.Run", "await");
    }

    /** Whether it drives the child that it waits for. */
    public static boolean isDriving(Thread thread) {
        return isIn(thread, "dev.leash.internal.loop.EventLoop", "turn");
    }

    private static boolean isIn(Thread thread, String type, String method) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(type)
                        && frame.getMethodName().equals(method));
    }

    /** Processes of this test that are alive. */
    protected List<ProcScan.Info> alive() {
        return ProcScan.withMarker(marker);
    }

    /**
     * How many of them are a sleep(1) by now, and not a shell on its way there: between its fork and its exec that has the
     * handlers of the script's traps, and swallows what the script traps; or it holds up the script, as after vfork(2), which
     * then cannot be stopped.
     */
    protected long sleepers() {
        return alive().stream().filter(info -> info.name().equals("sleep")).count();
    }

    /** Ends what a test has deliberately let escape. */
    protected void killEscaped() {
        Eventually.eventually("they can be seen", () -> !alive().isEmpty());
        alive().forEach(escaped -> ProcessHandle.of(escaped.pid()).ifPresent(ProcessHandle::destroyForcibly));
        Eventually.eventually("the escaped are dead", () -> alive().isEmpty());
    }

    /** The result, if it does not contradict itself. */
    public static Result checked(Result result) {
        List<StopStepTaken> steps = result.stopSteps();
        Duration timeout = Duration.ofNanos(SpecOf.run(result.command()).timeoutNanos());
        if (result.cause() == Cause.EXITED) {
            assertTrue(steps.isEmpty(), () -> "ended by itself, and yet " + steps + ": " + result);
        } else {
            assertFalse(steps.isEmpty() && result.cause() != Cause.OUTPUT_LIMIT, () -> "no signal: " + result);
        }
        if (result.cause() == Cause.TIMED_OUT) {
            assertTrue(result.wallTime().compareTo(timeout) >= 0, () -> "early: " + result.wallTime() + " " + result);
            assertTrue(steps.getFirst().after().compareTo(timeout) >= 0, () -> "early: " + steps + " " + result);
        }
        if (result.cause() != Cause.EXITED
                && !steps.isEmpty()
                && steps.getFirst().signal().equals(Signal.KILL)
                && result.cause() != Cause.OUTPUT_LIMIT) {
            assertTrue(killed(result), () -> "KILL cannot end so: " + result);
        }
        if (result.outputComplete()) {
            assertFalse(result.cause() == Cause.OUTPUT_LIMIT, () -> "complete and too much: " + result);
        }
        assertTrue(result.survivors().isEmpty(), () -> "survived: " + result.survivors());
        return result;
    }

    public static boolean killed(Result result) {
        return result.status().equals(new ExitStatus.Signaled(Signal.KILL, false));
    }

    public static void assertExited(int code, Result result) {
        assertEquals(Cause.EXITED, result.cause(), result::toString);
        assertEquals(new ExitStatus.Exited(code), result.status(), result::toString);
    }

    public static void assertTimedOutAndKilled(Result result) {
        assertEquals(Cause.TIMED_OUT, result.cause(), result::toString);
        assertTrue(killed(result), result::toString);
    }

    public static void assertAtMost(Duration bound, Duration actual) {
        assertTrue(actual.compareTo(bound) <= 0, () -> actual + " is more than " + bound);
    }

    public static void assertAtLeast(Duration bound, Duration actual) {
        assertTrue(actual.compareTo(bound) >= 0, () -> actual + " is less than " + bound);
    }
}
