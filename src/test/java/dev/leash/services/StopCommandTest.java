package dev.leash.services;

import static dev.leash.support.Eventually.eventually;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Service;
import dev.leash.ServiceGroup;
import dev.leash.ServiceGroupHandle;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.Eventually;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A service is stopped when its run and its stop command are over, whichever is the last. */
@Timeout(120)
class StopCommandTest extends RunsCommands {
    private static final Duration NEVER = Eventually.PATIENCE;
    private static final Duration FAR_AWAY = NEVER.multipliedBy(10);

    @TempDir
    Path directory;

    private static ServiceState ended(ServiceHandle service) throws Exception {
        return service.end().get(NEVER.toSeconds(), TimeUnit.SECONDS);
    }

    /** Its program ends when it is asked to, by a file. */
    private Service polite() {
        return Service.of("polite", shell("echo run >>log; while [ ! -e asked ]; do sleep 0.02; done; exit 9"));
    }

    private Command shell(String line) {
        return Command.shell(line).directory(directory).stopPlan(StopPlan.kill());
    }

    /** Asks, and goes on until it may end. */
    private Command asksAndGoesOn() {
        return shell("echo $$ >pid; touch asked; while [ ! -e go ]; do sleep 0.02; done; echo over >>log");
    }

    private long asking() throws Exception {
        eventually("the stop command runs", () -> Files.exists(directory.resolve("asked")));
        return Long.parseLong(Files.readString(directory.resolve("pid")).strip());
    }

    private ServiceHandle withTheRunOverAndTheCommandGoingOn(Service service) throws Exception {
        ServiceHandle handle = supervisor.supervise(service);
        handle.awaitReady(NEVER);
        handle.stop();
        eventually("its run is over", () -> !handle.results().isEmpty());
        assertTrue(ProcScan.alive(asking()));
        assertEquals("stopping: it was told to stop", handle.state().toString());
        return handle;
    }

    @Test
    void itComesFirst() throws Exception {
        ServiceHandle service = supervisor.supervise(polite().stopCommand(shell("touch asked"), NEVER));
        service.awaitReady(NEVER);
        service.stop();
        ServiceState.Stopped stopped = assertInstanceOf(ServiceState.Stopped.class, ended(service));
        Result last = stopped.last().orElseThrow();
        assertEquals(new ExitStatus.Exited(9), last.status());
        assertEquals(Cause.EXITED, last.cause());
    }

    @Test
    void whenItFailsOrDoesNotHelpThePlanFollows() throws Exception {
        for (Service each : List.of(
                Service.of("s", shell("exec sleep 1000")).stopCommand(shell("exit 1"), FAR_AWAY),
                Service.of("s", shell("exec sleep 1000")).stopCommand(Command.of("/no/such/program"), FAR_AWAY),
                Service.of("s", shell("exec sleep 1000")).stopCommand(Command.of("true"), ofMillis(50)))) {
            ServiceHandle service = supervisor.supervise(each);
            service.awaitReady(NEVER);
            service.stop();
            assertInstanceOf(ServiceState.Stopped.class, ended(service));
        }
    }

    @Test
    void theServiceIsStoppedWhenItIsOver() throws Exception {
        ServiceHandle service = withTheRunOverAndTheCommandGoingOn(polite().stopCommand(asksAndGoesOn(), FAR_AWAY));
        Files.createFile(directory.resolve("go"));
        assertInstanceOf(ServiceState.Stopped.class, ended(service));
        assertEquals(List.of("run", "over"), Files.readAllLines(directory.resolve("log")));
    }

    /** Otherwise it would ask the next run. */
    @Test
    void theNextRunStartsWhenItIsOver() throws Exception {
        Command command = shell("touch asked; while [ ! -e go ]; do sleep 0.02; done; rm asked; echo over >>log");
        ServiceHandle service = supervisor.supervise(polite().stopCommand(command, FAR_AWAY));
        service.awaitReady(NEVER);
        service.restart();
        eventually("its run is over", () -> !service.results().isEmpty());
        service.start(); // the same once more
        assertEquals("stopping: it was told to restart", service.state().toString());
        Files.createFile(directory.resolve("go"));
        service.awaitReady(NEVER);
        eventually("it runs again", () -> Files.readAllLines(directory.resolve("log"))
                .equals(List.of("run", "over", "run")));
        service.kill();
        ended(service);
    }

    @Test
    void thePatienceWithItHoldsThoughTheRunIsOver() throws Exception {
        Service service = polite().stopCommand(asksAndGoesOn(), ofSeconds(2));
        ServiceHandle handle = supervisor.supervise(service);
        handle.awaitReady(NEVER);
        handle.stop();
        long pid = asking();
        ended(handle);
        assertFalse(ProcScan.alive(pid));
    }

    @Test
    void aKillEndsItToo() throws Exception {
        ServiceHandle service = withTheRunOverAndTheCommandGoingOn(polite().stopCommand(asksAndGoesOn(), FAR_AWAY));
        service.kill();
        ended(service);
        assertFalse(ProcScan.alive(asking()));
    }

    @Test
    void aKillEndsBothItAndTheRun() throws Exception {
        Command command = shell("echo $$ >pid; touch asked; exec sleep 1000");
        ServiceHandle service =
                supervisor.supervise(Service.of("s", shell("exec sleep 1000")).stopCommand(command, FAR_AWAY));
        service.awaitReady(NEVER);
        service.stop();
        long pid = asking();
        service.kill();
        ended(service);
        assertFalse(ProcScan.alive(pid));
    }

    @Test
    void aKillOfAGroupEndsItToo() throws Exception {
        ServiceGroupHandle group =
                supervisor.supervise(ServiceGroup.of(polite().stopCommand(asksAndGoesOn(), FAR_AWAY)));
        ServiceHandle service = group.services().getFirst();
        service.awaitReady(NEVER);
        service.stop();
        eventually("its run is over", () -> !service.results().isEmpty());
        group.kill();
        ended(service);
        assertFalse(ProcScan.alive(asking()));
    }

    @Test
    void theEndOfTheSupervisorEndsItToo() throws Exception {
        ServiceHandle service;
        try (Supervisor another = Supervisor.create()) {
            service = another.supervise(polite().stopCommand(asksAndGoesOn(), FAR_AWAY));
            service.awaitReady(NEVER);
            service.stop();
            eventually("its run is over", () -> !service.results().isEmpty());
        }
        ended(service);
        assertFalse(ProcScan.alive(asking()));
    }

    /** As soon as the run has ended there may be no child of this supervisor: its end does not wait for the command. */
    @Test
    void theEndOfTheSupervisorIsTheEndWhileItIsStarted() throws Exception {
        for (int i = 0; i < 20; i++) {
            ServiceHandle service;
            try (Supervisor another = Supervisor.create()) {
                service = another.supervise(
                        Service.of("s", shell("exec sleep 1000")).stopCommand(Command.of("sleep", "1000"), FAR_AWAY));
                service.awaitReady(NEVER);
                service.stop();
            }
            ended(service);
        }
    }
}
