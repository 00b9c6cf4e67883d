package dev.leash.containment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StageResult;
import dev.leash.Stdin;
import dev.leash.support.Eventually;
import dev.leash.support.RunsCommands;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs, handlers and files that make it hard to keep the guarantees. */
@Timeout(90)
class HostileTest extends RunsCommands {
    @TempDir
    Path temp;

    /** As a second stage it leads no group, so setsid does not fork: the program itself is out of the group. */
    @Test
    void stageThatLeavesTheGroupOfItsPipelineDiesAtTheDeadline() throws Exception {
        Command stays = marked(Command.of("sleep", "60"));
        Command leaves = marked(Command.of("setsid", "sleep", "60"));
        Result result = supervisor.run(stays.pipeTo(leaves).timeout(millis(300)));
        assertEquals(Cause.TIMED_OUT, result.cause());
        for (StageResult stage : result.stages()) {
            assertEquals(new ExitStatus.Signaled(Signal.KILL, false), stage.status());
        }
        assertTrue(alive().isEmpty());
    }

    /** A look through /proc misses it as often as not, since each of its processes lives for half a millisecond. */
    @Test
    void stragglerThatForksAndExitsAllTheTimeIsKilled() throws Exception {
        Assumptions.assumeTrue(
                run(sh("command -v perl")).succeeded(), "there is no perl to write the forking program in");
        String forks = "$SIG{TERM} = 'IGNORE'; while (1) { exit if fork; select undef, undef, undef, 0.0005 }";
        for (int round = 0; round < 5; round++) {
            Result result = run(sh("perl -e '" + forks + "' >&- 2>&- & exit 3"));
            assertEquals(new ExitStatus.Exited(3), result.status());
            assertTrue(alive().isEmpty(), () -> "alive: " + alive());
        }
    }

    @Test
    void handlerOnTheLoopMaySignalItsChildButNotWaitForIt() throws Exception {
        CompletableFuture<Child> child = new CompletableFuture<>();
        AtomicReference<Throwable> refused = new AtomicReference<>();
        CompletableFuture<Boolean> signalled = new CompletableFuture<>();
        child.complete(start(sh("echo now; sleep 60").stdout(Output.onLoop(bytes -> {
            refused.set(
                    assertThrows(IllegalStateException.class, () -> child.join().await()));
            signalled.complete(child.join().signal(Signal.TERM));
        }))));
        Result result = checked(child.join().await());
        assertTrue(signalled.get());
        assertInstanceOf(IllegalStateException.class, refused.get());
        assertEquals(new ExitStatus.Signaled(Signal.TERM, false), result.status());
        assertEquals(Cause.EXITED, result.cause());
    }

    @Test
    void startThatHangsInTheOpeningOfAFifoDoesNotHangTheClose() throws Exception {
        Path fifo = temp.resolve("fifo");
        assertTrue(run(Command.of("mkfifo", fifo.toString())).succeeded());
        CompletableFuture<Result> hangs = CompletableFuture.supplyAsync(() -> {
            try {
                return supervisor.run(marked(Command.of("cat").stdin(Stdin.file(fifo))));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Eventually.eventually("somebody waits at the fifo", () -> Thread.getAllStackTraces().values().stream()
                .anyMatch(trace -> trace.length > 3
                        && java.util.Arrays.stream(trace)
                                .anyMatch(frame -> frame.getMethodName().equals("openFile"))));
        supervisor.close();
        // Though nobody has come to the other end.
        ExecutionException refused = assertThrows(ExecutionException.class, hangs::get);
        Throwable cause = refused.getCause().getCause();
        assertTrue(
                cause instanceof RejectedExecutionException
                        || cause.getCause() instanceof RejectedExecutionException
                        || String.valueOf(cause.getMessage()).contains("closed"),
                () -> "refused with " + cause);
        Eventually.eventually("it has been killed", () -> alive().isEmpty());
    }

    @Test
    void pipesThatNobodyCouldGetHoldOfAreRefused() {
        Command last = Command.of("cat");
        assertThrows(
                IllegalArgumentException.class,
                () -> start(Command.of("cat").stderr(Output.pipe()).pipeTo(last)));
        assertThrows(
                IllegalArgumentException.class, () -> start(Command.of("cat").pipeTo(last.input(3, Stdin.pipe()))));
    }
}
