package dev.leash.results;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Processes;
import dev.leash.support.Children;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where it cannot be known how a program ended, the rest of the result is there all the same. */
@Timeout(60)
class UnknownStatusTest extends RunsCommands {
    @Test
    void aStatusThatOtherCodeHasTakenCostsNothingElse() throws Exception {
        CompletableFuture<Child> started = new CompletableFuture<>();
        // Called on the loop, which therefore cannot reap it first.
        Output taker = Output.onLoop(bytes -> {
            int pid = (int) started.join().pid();
            assertEquals(pid, Processes.reapWaiting(CallState.create(), pid));
        });
        started.complete(start(sh("echo before >&2; echo now; exit 3").stdout(taker)));
        Result result = started.join().await();
        assertEquals(new ExitStatus.Unknown(false), result.status());
        assertEquals(Cause.EXITED, result.cause());
        assertEquals("before\n", result.stderr());
        assertTrue(result.outputComplete());
        assertFalse(result.succeeded());
        assertEquals(List.of(), result.survivors());
        Process process = started.join().asProcess();
        assertThrows(IllegalStateException.class, process::exitValue);
    }

    /** As one does that hangs in the kernel: KILL was sent, and nothing comes of it. */
    @Test
    void aProgramThatDoesNotDieOfKillCostsNothingElse() throws Exception {
        Child child = start(sh("echo before; exec sleep 60"));
        eventually(
                "it sleeps", () -> ProcScan.of(child.pid()).orElseThrow().name().equals("sleep"));
        // Who is traced can be reaped by its tracer alone.
        Child tracer = start(Command.of(Children.path("traces"), Long.toString(child.pid()))
                .stdout(Output.pipe())
                .stderr(Output.discard()));
        Skip.unless(tracer.stdout().read() == 't', "nothing can be traced here: this needs perl(1) and ptrace(2)");
        child.kill();
        Result result = child.await();
        assertEquals(new ExitStatus.Unknown(true), result.status());
        assertEquals(Cause.CANCELLED, result.cause());
        assertEquals("before\n", result.stdout());
        assertEquals(1, result.survivors().size());
        assertEquals(child.pid(), result.survivors().getFirst().pid());
        assertFalse(result.survivors().getFirst().refused(), "it was sent KILL");
        assertFalse(result.stopSteps().getFirst().refused(), "it was sent KILL");
        tracer.kill();
        tracer.await();
        eventually("it is reaped", () -> ProcScan.of(child.pid()).isEmpty());
    }
}
