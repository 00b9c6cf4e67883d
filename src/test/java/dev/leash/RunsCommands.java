package dev.leash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.support.Children;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the tests on real children share: a supervisor for each test, a marker in the environment of all that is started,
 * and two checks that every test gets for nothing: no result contradicts itself, and nothing that was started is alive
 * when the supervisor is closed.
 */
abstract class RunsCommands {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    final String marker = ProcScan.newMarker();
    Supervisor supervisor;

    @BeforeEach
    void open() throws IOException {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void closeAndFindNothingAlive() {
        supervisor.close();
        assertEquals(List.of(), ProcScan.withMarker(marker), "alive after close()");
    }

    static Command sh(String line) {
        return Command.of("sh", "-c", line);
    }

    /** Does {@code line} when a grandchild, outside of the group, holds the output; {@link #killEscaped} ends that. */
    static Command escaping(String line) {
        return Command.of(Children.path("escapes-holding-output"), line);
    }

    static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    Command marked(Command command) {
        return command.env(ProcScan.MARKER_VARIABLE, marker);
    }

    Child start(Command command) throws IOException {
        return supervisor.start(marked(command));
    }

    Result run(Command command) throws IOException, InterruptedException {
        return checked(supervisor.run(marked(command)));
    }

    /** Processes of this test that are alive. */
    List<ProcScan.Info> alive() {
        return ProcScan.withMarker(marker);
    }

    /**
     * How many of them are a sleep(1) by now, and not a shell on its way there: between its fork and its exec that has the
     * handlers of the script's traps, and swallows what the script traps; or it holds up the script, as after vfork(2), which
     * then cannot be stopped.
     */
    long sleepers() {
        return alive().stream().filter(info -> info.name().equals("sleep")).count();
    }

    /** Ends what a test has deliberately let escape. */
    void killEscaped() {
        Eventually.eventually("they can be seen", () -> !alive().isEmpty());
        alive().forEach(escaped -> ProcessHandle.of(escaped.pid()).ifPresent(ProcessHandle::destroyForcibly));
        Eventually.eventually("the escaped are dead", () -> alive().isEmpty());
    }

    /** The result, if it does not contradict itself. */
    static Result checked(Result result) {
        List<StopStepTaken> steps = result.stopSteps();
        Duration timeout = Duration.ofNanos(result.command().draft().timeoutNanos);
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

    static boolean killed(Result result) {
        return result.status().equals(new ExitStatus.Signaled(Signal.KILL, false));
    }

    static void assertExited(int code, Result result) {
        assertEquals(Cause.EXITED, result.cause(), result::toString);
        assertEquals(new ExitStatus.Exited(code), result.status(), result::toString);
    }

    static void assertTimedOutAndKilled(Result result) {
        assertEquals(Cause.TIMED_OUT, result.cause(), result::toString);
        assertTrue(killed(result), result::toString);
    }

    static void assertAtMost(Duration bound, Duration actual) {
        assertTrue(actual.compareTo(bound) <= 0, () -> actual + " is more than " + bound);
    }

    static void assertAtLeast(Duration bound, Duration actual) {
        assertTrue(actual.compareTo(bound) >= 0, () -> actual + " is less than " + bound);
    }
}
