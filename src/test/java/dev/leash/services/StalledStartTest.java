package dev.leash.services;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Probe;
import dev.leash.Service;
import dev.leash.ServiceHandle;
import dev.leash.StopPlan;
import dev.leash.support.Eventually;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs whose start stands still in the kernel, as on a file system that is gone. Here somebody has a lease on the file. */
@Timeout(120)
class StalledStartTest extends RunsCommands {
    private static final Duration NEVER = Eventually.PATIENCE;

    /** Takes a write lease, see fcntl(2): who executes the file waits until it is given back, at most for 45 s. */
    private static final String LEASE = """
            import fcntl, os, signal, sys, time
            signal.signal(signal.SIGIO, signal.SIG_IGN)
            file = os.open(sys.argv[1], os.O_RDWR)
            fcntl.fcntl(file, 1024, fcntl.F_WRLCK)
            print("held", flush=True)
            while not os.path.exists(sys.argv[2]):
                time.sleep(0.02)
            """;

    @TempDir
    Path directory;

    @Test
    void othersAreStartedWatchedAndStoppedMeanwhile() throws Exception {
        Path python = Path.of("/usr/bin/python3");
        Skip.unless(Files.isExecutable(python), "there is no /usr/bin/python3 to take a lease with");
        Path program = Files.copy(Path.of("/bin/sleep"), directory.resolve("program"));
        Path given = directory.resolve("given back");
        List<String> said = new CopyOnWriteArrayList<>();
        Child holder = supervisor.start(Command.of(python.toString(), "-c", LEASE, program.toString(), given.toString())
                .stdout(Output.lines(said::add)));
        eventually("the lease is held, or refused", () -> said.contains("held") || !holder.isRunning());
        Skip.unless(holder.isRunning(), "this file system gives no lease on " + program);
        List<ServiceHandle> stalled = new ArrayList<>();
        for (int i = 0; i < 3 * Runtime.getRuntime().availableProcessors(); i++) {
            stalled.add(supervisor.supervise(Service.of("stalled" + i, Command.of(program.toString(), "1000"))));
        }
        ServiceHandle probed = supervisor.supervise(Service.of("probed", Command.of("sleep", "1000"))
                .liveness(Probe.command(Command.of(program.toString(), "0"))
                        .interval(Duration.ofMillis(10))
                        .timeout(NEVER)));
        probed.awaitReady(NEVER);
        for (int round = 0; round < 3; round++) {
            ServiceHandle other = supervisor.supervise(
                    Service.of("other", Command.of("sleep", "1000").stopPlan(StopPlan.kill())));
            other.awaitReady(NEVER);
            other.stop();
            assertEquals(
                    "stopped: it was told to stop",
                    other.end().get(20, TimeUnit.SECONDS).toString());
        }
        CompletableFuture.runAsync(() -> {}, Thread::startVirtualThread).get(20, TimeUnit.SECONDS);
        assertEquals("starting", stalled.getFirst().state().toString());
        Files.createFile(given);
        for (ServiceHandle service : stalled) {
            service.awaitReady(NEVER);
            service.kill();
        }
        probed.kill();
        for (ServiceHandle service : stalled) {
            service.end().get(20, TimeUnit.SECONDS);
        }
        holder.await();
    }
}
