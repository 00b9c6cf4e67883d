package dev.leash.compatibility;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.support.Children;
import dev.leash.support.Eventually;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A child as a {@link Process}: what the JDK promises of one. */
@Timeout(60)
class ChildProcessTest extends RunsCommands {
    private static final Command PIPED = Command.of("cat").stdin(Stdin.pipe()).stdout(Output.pipe());

    private static Command piped(String line) {
        return sh(line).stdin(Stdin.pipe()).stdout(Output.pipe()).stderr(Output.pipe());
    }

    @Test
    void aChildHasOneViewWithOneStreamEach() throws Exception {
        Child child = start(piped("true"));
        Process process = child.asProcess();
        assertSame(process, child.asProcess());
        assertSame(process.getInputStream(), process.getInputStream());
        assertSame(process.getErrorStream(), process.getErrorStream());
        assertSame(process.getOutputStream(), process.getOutputStream());
        assertNotSame(process.getInputStream(), process.getErrorStream());
        process.waitFor();
    }

    @Test
    void streamsAreTheThreeOfTheChild() throws Exception {
        Process process = start(piped("read line; echo \"out $line\"; echo \"err $line\" >&2; exit 3"))
                .asProcess();
        process.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertEquals("out hello", process.inputReader().readLine());
        assertEquals("err hello", process.errorReader().readLine());
        assertEquals(3, process.waitFor());
        assertEquals(3, process.exitValue());
        assertFalse(process.isAlive());
    }

    @Test
    void inputIsBufferedUntilAFlush() throws Exception {
        Process process = start(PIPED).asProcess();
        process.outputWriter().write("one\n");
        process.outputWriter().flush();
        assertEquals("one", process.inputReader().readLine());
        process.getOutputStream().write('x');
        assertFalse(process.waitFor(50, TimeUnit.MILLISECONDS));
        assertEquals("one\n".length(), supervisor.stats().bytesWritten(), "nothing more has left the buffer");
        process.outputWriter().write("two\n");
        process.outputWriter().close();
        assertEquals("xtwo", process.inputReader().readLine());
        assertEquals(null, process.inputReader().readLine());
        assertEquals(0, process.waitFor());
    }

    @Test
    void exitCodeAndSignalAreTheExitValueOfAShell() throws Exception {
        assertEquals(137, start(sh("exit 137")).asProcess().waitFor());
        Child killed = start(sh("kill -9 $$"));
        assertEquals(137, killed.asProcess().waitFor());
        assertEquals(new ExitStatus.Signaled(Signal.KILL, false), killed.await().status());
        assertEquals(143, start(sh("kill -TERM $$")).asProcess().waitFor());
    }

    @Test
    void aProcessThatRunsHasNoExitValue() throws Exception {
        Process process = start(Command.of("sleep", "60")).asProcess();
        assertTrue(process.isAlive());
        assertThrows(IllegalThreadStateException.class, process::exitValue);
        assertFalse(process.waitFor(0, TimeUnit.SECONDS));
        assertFalse(process.waitFor(-1, TimeUnit.SECONDS));
        long before = System.nanoTime();
        assertFalse(process.waitFor(30, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - before >= 30_000_000);
        assertThrows(NullPointerException.class, () -> process.waitFor(1, null));
        process.destroyForcibly();
        assertTrue(process.waitFor(Long.MAX_VALUE, TimeUnit.DAYS));
        assertTrue(process.waitFor(0, TimeUnit.SECONDS));
        assertTrue(process.waitFor(Long.MIN_VALUE, TimeUnit.DAYS));
        assertEquals(137, process.exitValue());
    }

    /** A method of newer JDKs, which the view inherits: so this asks by reflection. */
    @Test
    void waitsForADuration() throws Exception {
        Process process = start(Command.of("sleep", "60")).asProcess();
        var method = java.util.Arrays.stream(Process.class.getMethods())
                .filter(m -> m.getName().equals("waitFor")
                        && m.getParameterCount() == 1
                        && m.getParameterTypes()[0] == java.time.Duration.class)
                .findAny();
        org.junit.jupiter.api.Assumptions.assumeTrue(
                method.isPresent(), "Process.waitFor(Duration) is not there before JDK 24");
        assertEquals(false, method.get().invoke(process, millis(10)));
        process.destroy();
        assertEquals(true, method.get().invoke(process, java.time.Duration.ofSeconds(Long.MAX_VALUE)));
    }

    @Test
    void anInterruptEndsAWaitAndNotTheProcess() throws Exception {
        Process process = start(Command.of("sleep", "60")).asProcess();
        for (boolean before : new boolean[] {true, false}) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            CountDownLatch started = new CountDownLatch(1);
            Thread waiter = Thread.ofPlatform().start(() -> {
                started.countDown();
                if (before) {
                    Thread.currentThread().interrupt();
                }
                try {
                    process.waitFor(1, TimeUnit.HOURS);
                } catch (InterruptedException e) {
                    thrown.set(e);
                }
            });
            started.await();
            waiter.interrupt();
            waiter.join();
            assertEquals(InterruptedException.class, thrown.get().getClass());
            assertTrue(process.isAlive());
        }
        process.destroyForcibly();
        Thread.currentThread().interrupt();
        awaitBusily(process); // exitValue does not wait, so an interrupt is nothing to it
        assertTrue(Thread.interrupted());
    }

    private static void awaitBusily(Process process) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (process.isAlive() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertEquals(137, process.exitValue());
    }

    @Test
    void onExitCompletesWithTheProcessAndCancellingItStopsNothing() throws Exception {
        Process process = start(PIPED).asProcess();
        CompletableFuture<Process> cancelled = process.onExit();
        assertTrue(cancelled.cancel(true));
        assertFalse(process.waitFor(50, TimeUnit.MILLISECONDS));
        CompletableFuture<Boolean> alive = process.onExit().thenApply(Process::isAlive);
        process.getOutputStream().close();
        assertSame(process, process.onExit().get());
        assertFalse(alive.get());
        assertEquals(0, process.exitValue());
    }

    @Test
    void pidHandleAndInfoAreThoseOfTheProgram() throws Exception {
        Child child = start(sh("sleep 60 & wait"));
        Process process = child.asProcess();
        assertEquals(child.pid(), process.pid());
        assertEquals(ProcessHandle.of(child.pid()).orElseThrow(), process.toHandle());
        assertTrue(process.supportsNormalTermination());
        Eventually.eventually(
                "the shell has its child", () -> process.children().count() == 1);
        assertEquals(1, process.descendants().count());
        assertTrue(process.info().command().isPresent());
        assertTrue(process.toString().contains("pid=" + process.pid() + ", exitValue=\"not exited\""));
        process.destroyForcibly().waitFor();
        assertFalse(process.toHandle().isAlive());
        assertEquals("Process[pid=" + process.pid() + ", exitValue=137]", process.toString());
    }

    @Test
    void aProcessThatHasEndedHasAHandleToo() throws Exception {
        Process process = start(Command.of("true")).asProcess();
        process.waitFor();
        ProcessHandle handle = process.toHandle();
        assertEquals(process.pid(), handle.pid());
        assertFalse(handle.isAlive());
        assertFalse(handle.destroy());
        assertFalse(handle.destroyForcibly());
        assertSame(handle, handle.onExit().get());
        assertTrue(handle.info().command().isEmpty());
        assertTrue(handle.info().startInstant().isEmpty());
        assertEquals(0, process.children().count());
        assertEquals(0, process.descendants().count());
        assertEquals(0, handle.compareTo(process.toHandle()));
        assertEquals(handle, process.toHandle());
    }

    @Test
    void destroyAsksAndDoesNotInsist() throws Exception {
        Child child = start(sh("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done")
                .stdout(Output.pipe()));
        Process process = child.asProcess();
        assertEquals("ready", process.inputReader().readLine());
        process.destroy();
        assertEquals(7, process.waitFor());
        assertEquals(Cause.EXITED, child.await().cause());
        process.destroy(); // and once more, for nobody

        Child deaf = start(Command.of(Children.path("ignores-term")).stdout(Output.pipe()));
        assertTrue(deaf.asProcess().getInputStream().read() > 0);
        deaf.asProcess().destroy();
        assertFalse(deaf.asProcess().waitFor(200, TimeUnit.MILLISECONDS));
        assertSame(deaf.asProcess(), deaf.asProcess().destroyForcibly());
        assertEquals(137, deaf.asProcess().waitFor());
        assertEquals(Cause.CANCELLED, deaf.await().cause());
    }

    @Test
    void destroyReachesTheWholeGroup() throws Exception {
        Process process = start(sh("sleep 60 & sleep 60 & wait")).asProcess();
        Eventually.eventually("both are there", () -> process.children().count() == 2);
        process.destroy();
        assertEquals(143, process.waitFor());
        assertEquals(List.of(), alive());
    }

    /** What is blocked in a write because nobody reads shall be free to act on the signal. */
    @Test
    void destroyClosesTheStreams() throws Exception {
        Process process =
                start(piped("trap '' TERM PIPE; yes; echo done >&2; exit 5")).asProcess();
        InputStream out = process.getInputStream();
        assertTrue(out.read() >= 0);
        process.destroy();
        assertEquals(5, process.waitFor());
        assertEquals("Stream closed", assertThrows(IOException.class, out::read).getMessage());
        assertEquals(
                "Stream closed", assertThrows(IOException.class, out::available).getMessage());
        OutputStream in = process.getOutputStream();
        assertThrows(IOException.class, () -> {
            in.write('x');
            in.flush();
        });
        in.close(); // silently, though something was left in the buffer
    }

    @Test
    void aPendingReadEndsWhenTheProcessIsDestroyed() throws Exception {
        for (boolean forcibly : new boolean[] {false, true}) {
            Process process = start(piped("exec sleep 60")).asProcess();
            AtomicReference<Object> seen = new AtomicReference<>();
            Thread reader = Thread.ofPlatform().start(() -> {
                try {
                    seen.set(process.getInputStream().read());
                } catch (IOException e) {
                    seen.set(e.getMessage());
                }
            });
            Eventually.eventually("the reader waits", () -> reader.getState() == Thread.State.WAITING);
            if (forcibly) {
                process.destroyForcibly();
            } else {
                process.destroy();
            }
            reader.join();
            assertTrue(seen.get().equals(-1) || seen.get().equals("Stream closed"), () -> "" + seen.get());
            process.waitFor();
        }
    }

    /** With a writer that waits for a child which does not read, and holds the lock of the buffer. */
    @Test
    void destroyForciblyDoesNotWaitForAWriter() throws Exception {
        Process process = start(piped("exec sleep 60")).asProcess();
        Thread writer = Thread.ofPlatform().start(() -> {
            try {
                process.getOutputStream().write(new byte[4 * 1024 * 1024]);
            } catch (IOException e) {
                // that is how it ends
            }
        });
        Eventually.eventually("the writer waits", () -> writer.getState() == Thread.State.WAITING);
        process.destroyForcibly();
        assertEquals(137, process.waitFor());
        writer.join();
    }

    @Test
    void outputCanBeReadAfterTheEnd() throws Exception {
        Process process = start(piped("head -c 4095 /dev/zero; head -c 4095 /dev/zero | tr '\\0' E >&2; exit 5"))
                .asProcess();
        assertEquals(5, process.waitFor());
        assertEquals(4095, process.getInputStream().available());
        assertEquals(4095, process.getErrorStream().available());
        byte[] read = new byte[4096];
        assertEquals(4095, process.getInputStream().read(read));
        assertArrayEquals(new byte[4096], read);
        assertEquals(4095, process.getErrorStream().readAllBytes().length);
        assertEquals(0, process.getInputStream().available());
        assertEquals(-1, process.getInputStream().read());
        assertThrows(IOException.class, () -> {
            process.getOutputStream().write('!');
            process.getOutputStream().flush();
        });
        process.getInputStream().close();
        assertEquals(
                "Stream closed",
                assertThrows(IOException.class, () -> process.getInputStream().read())
                        .getMessage());
    }

    @Test
    void whatIsAvailableIsToldWithoutARead() throws Exception {
        Process process = start(piped("echo hello; exec sleep 60")).asProcess();
        InputStream out = process.getInputStream();
        Eventually.eventually("it is available", () -> out.available() == 6);
        process.destroyForcibly().waitFor();
    }

    @Test
    void streamsThatAreNoPipesAreNone() throws Exception {
        Child child = start(sh("cat; echo captured"));
        Process process = child.asProcess();
        assertEquals(0, process.getInputStream().available());
        assertEquals(-1, process.getInputStream().read());
        assertEquals(-1, process.getErrorStream().read());
        process.getInputStream().close();
        assertEquals(-1, process.getInputStream().read());
        IOException e = assertThrows(IOException.class, () -> {
            process.getOutputStream().write(1);
            process.getOutputStream().flush();
        });
        assertEquals("Stream closed", e.getMessage());
        assertEquals(0, process.waitFor());
        assertEquals("captured\n", child.await().stdout());
    }

    @Test
    void aStreamHasOneReader() throws Exception {
        Child child = start(piped("echo out; echo err >&2; exec sleep 60"));
        InputStream direct = child.stdout();
        assertThrows(IllegalStateException.class, () -> child.asProcess().getInputStream());
        assertEquals("err", child.asProcess().errorReader().readLine());
        assertThrows(IllegalStateException.class, child::stderr);
        child.asProcess().destroy(); // leaves what is not its own
        assertEquals("out\n", new String(direct.readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(143, child.asProcess().waitFor());
    }

    @Test
    void aReadCanBeInterrupted() throws Exception {
        Process process = start(piped("exec sleep 60")).asProcess();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                process.getInputStream().read();
            } catch (IOException e) {
                thrown.set(e);
            }
        });
        reader.interrupt();
        reader.join();
        assertEquals(InterruptedIOException.class, thrown.get().getClass());
        process.destroyForcibly().waitFor();
    }

    @Test
    void noOneIsLeftWhenTheWaitIsOver() throws Exception {
        Process process = start(sh("sleep 60 & exit 4")).asProcess();
        long pid = process.pid();
        assertEquals(4, process.waitFor());
        assertEquals(List.of(), alive());
        assertTrue(ProcScan.of(pid).isEmpty(), "and it is reaped");
    }

    @Test
    void destroyRacesWithTheEnd() throws Exception {
        for (int round = 0; round < 300; round++) {
            Process process = start(piped("exit 0")).asProcess();
            if (round % 3 == 0) {
                process.destroy();
            } else if (round % 3 == 1) {
                process.destroyForcibly();
            }
            int exit = process.waitFor();
            assertTrue(exit == 0 || exit == 143 || exit == 137, () -> "" + exit);
            process.destroyForcibly();
            assertEquals(exit, process.exitValue());
        }
    }
}
