package dev.leash.examples;

import static dev.leash.support.Eventually.eventually;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteException;
import org.apache.commons.exec.ExecuteWatchdog;
import org.apache.commons.exec.PumpStreamHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.zeroturnaround.exec.ProcessExecutor;

/** What docs/comparison.md says of others is so. */
@Timeout(120)
class ComparisonTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** Ends at TERM; what it has started does not. */
    private static final String HAS_A_CHILD = "sleep 600 </dev/null >/dev/null 2>&1 & exec sleep 600";

    /** It lives long enough for its reader to be waiting when it exits. */
    private static final String LEAVES_THE_PIPE_TO_A_CHILD = "sleep 600 & sleep 3; exit 0";

    private static final String KILLS_ITSELF = "kill -KILL $$";

    private final String marker = ProcScan.newMarker();

    @TempDir
    Path temp;

    @AfterEach
    void killWhatIsLeft() {
        eventually("nothing is alive", () -> {
            kill(alive());
            return alive().isEmpty();
        });
    }

    @Test
    void processBuilderEndsTheProgramAlone() throws Exception {
        Process process = processBuilder(HAS_A_CHILD);
        awaitSleepers(2);
        assertFalse(process.waitFor(100, TimeUnit.MILLISECONDS), "this is no deadline");
        awaitSleepers(2);
        process.destroyForcibly().waitFor();
        awaitSleepers(1);
    }

    @Test
    void ztExecEndsTheProgramAlone() {
        assertThrows(TimeoutException.class, ztExec(HAS_A_CHILD).timeout(3, TimeUnit.SECONDS)::execute);
        awaitSleepers(1);
    }

    @Test
    void commonsExecEndsTheProgramAlone() {
        assertThrows(ExecuteException.class, () -> commonsExec(HAS_A_CHILD, ofSeconds(3)));
        awaitSleepers(1);
    }

    @Test
    void leashEndsWhatTheProgramHasStartedToo() throws Exception {
        assertEquals(Cause.TIMED_OUT, leash(HAS_A_CHILD).cause());
        assertEquals(List.of(), alive());
    }

    @Test
    void whoIgnoresTermOutlivesTheTimeoutOfZtExec() {
        String script = tellsOfTerm();
        assertThrows(TimeoutException.class, ztExec(script).timeout(3, TimeUnit.SECONDS)::execute);
        awaitTerm();
        assertNotEquals(List.of(), alive());
    }

    @Test
    void whoIgnoresTermOutlivesTheTimeoutOfCommonsExec() {
        FutureTask<Integer> run = inBackground(() -> commonsExec(tellsOfTerm(), ofSeconds(3)));
        awaitTerm();
        assertThrows(TimeoutException.class, () -> run.get(1, TimeUnit.SECONDS));
        assertNotEquals(List.of(), alive());
    }

    @Test
    void whoIgnoresTermDoesNotOutliveTheTimeoutOfLeash() throws Exception {
        assertEquals(Cause.TIMED_OUT, leash(tellsOfTerm()).cause());
        assertEquals(List.of(), alive());
    }

    @Test
    void theOthersWaitForWhoeverHoldsThePipe() throws Exception {
        List<FutureTask<?>> runs = List.of(
                inBackground(() -> processBuilder(LEAVES_THE_PIPE_TO_A_CHILD)
                        .getInputStream()
                        .readAllBytes()),
                inBackground(() -> ztExec(LEAVES_THE_PIPE_TO_A_CHILD).execute()),
                inBackground(() -> commonsExec(LEAVES_THE_PIPE_TO_A_CHILD, ofMinutes(10))));
        awaitSleepers(3);
        for (FutureTask<?> run : runs) {
            assertThrows(TimeoutException.class, () -> run.get(300, TimeUnit.MILLISECONDS));
        }
        kill(alive());
        for (FutureTask<?> run : runs) {
            run.get(20, TimeUnit.SECONDS);
        }
        assertEquals(1, leash(LEAVES_THE_PIPE_TO_A_CHILD, ofSeconds(30)).stragglersKilled());
    }

    @Test
    void forTheOthersASignalIsAnExitCode() throws Exception {
        assertEquals(137, processBuilder("exit 137").waitFor());
        assertEquals(137, processBuilder(KILLS_ITSELF).waitFor());
        assertEquals(137, ztExec(KILLS_ITSELF).execute().getExitValue());
        ExecuteException failure = assertThrows(ExecuteException.class, () -> commonsExec(KILLS_ITSELF, ofMinutes(10)));
        assertEquals(137, failure.getExitValue());
        assertEquals(
                new ExitStatus.Signaled(Signal.KILL, false), leash(KILLS_ITSELF).status());
    }

    // ---- The same script by each of them.

    private Process processBuilder(String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
        builder.environment().put(ProcScan.MARKER_VARIABLE, marker);
        return builder.start();
    }

    private ProcessExecutor ztExec(String script) {
        return new ProcessExecutor("sh", "-c", script)
                .environment(ProcScan.MARKER_VARIABLE, marker)
                .readOutput(true);
    }

    private int commonsExec(String script, Duration timeout) throws IOException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put(ProcScan.MARKER_VARIABLE, marker);
        DefaultExecutor executor = DefaultExecutor.builder()
                .setExecuteStreamHandler(new PumpStreamHandler(new ByteArrayOutputStream()))
                .get();
        executor.setWatchdog(ExecuteWatchdog.builder().setTimeout(timeout).get());
        CommandLine line = new CommandLine("sh").addArgument("-c").addArgument(script, false);
        return executor.execute(line, environment);
    }

    private Result leash(String script) throws Exception {
        return leash(script, ofSeconds(3));
    }

    private Result leash(String script, Duration timeout) throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            return supervisor.run(Command.of("sh", "-c", script)
                    .env(ProcScan.MARKER_VARIABLE, marker)
                    .timeout(timeout));
        }
    }

    // ---- What is to be seen of it.

    private Path heard() {
        return temp.resolve("heard");
    }

    /** Takes note of TERM, and goes on. */
    private String tellsOfTerm() {
        return "trap 'touch " + heard() + "' TERM; while :; do sleep 0.1; done";
    }

    private void awaitTerm() {
        eventually("TERM has been heard", () -> Files.exists(heard()));
    }

    private List<ProcScan.Info> alive() {
        return ProcScan.withMarker(marker);
    }

    private static void kill(List<ProcScan.Info> processes) {
        processes.forEach(one -> ProcessHandle.of(one.pid()).ifPresent(ProcessHandle::destroyForcibly));
    }

    private void awaitSleepers(int count) {
        eventually(
                count + " processes, each a sleep",
                () -> alive().stream().map(ProcScan.Info::name).toList().equals(Collections.nCopies(count, "sleep")));
    }

    private static <T> FutureTask<T> inBackground(Callable<T> run) {
        FutureTask<T> task = new FutureTask<>(run);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }
}
