package dev.leash.services;

import static dev.leash.support.Eventually.eventually;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.LogFile;
import dev.leash.Output;
import dev.leash.Probe;
import dev.leash.Readiness;
import dev.leash.RestartPolicy;
import dev.leash.Service;
import dev.leash.ServiceEvent;
import dev.leash.ServiceFailedException;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.internal.access.CommandAccess;
import dev.leash.support.Eventually;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Services with real programs. */
@Timeout(120)
class ServiceTest extends RunsCommands {
    private static final Duration NEVER = Eventually.PATIENCE;

    /** Restarts at once, and without end. */
    private static final RestartPolicy AT_ONCE =
            RestartPolicy.always().backoff(Duration.ZERO, Duration.ZERO).withoutLimit();

    @TempDir
    Path directory;

    /** The JDK keeps one socket for all closes to come, from the first connection on. */
    @BeforeAll
    static void connectOnce() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            assertTrue(client.isConnected());
        }
    }

    private static Command shell(String line) {
        return Command.shell(line).stopPlan(StopPlan.kill());
    }

    private static ServiceState ended(ServiceHandle service) throws Exception {
        return service.end().get(NEVER.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void itIsReadyWhenALineMatches() throws Exception {
        ServiceHandle service = supervisor.supervise(
                Service.of("db", shell("echo starting; sleep 0.05; echo 'ready: yes' >&2; exec sleep 1000"))
                        .readyWhen(Readiness.line("^ready")));
        service.awaitReady(NEVER);
        assertEquals("starting\nready: yes\n", service.recentOutput());
        assertTrue(service.pid().isPresent());
        service.stop();
        assertEquals("stopped: it was told to stop", ended(service).toString());
        assertFalse(service.pid().isPresent());
    }

    @Test
    void aLineIsFoundAlsoWhereItsOutputGoesToAConsumer() throws Exception {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        ServiceHandle service = supervisor.supervise(
                Service.of("db", shell("echo one; echo ready; exec sleep 1000").stdout(Output.lines(lines::add)))
                        .readyWhen(Readiness.line("ready")));
        service.awaitReady(NEVER);
        eventually("the consumer has all", () -> lines.equals(List.of("one", "ready")));
    }

    @Test
    void itsLogHasTheLinesOfBothStreamsAndAllRuns() throws Exception {
        Path log = directory.resolve("log");
        ServiceHandle service =
                supervisor.supervise(Service.of("logs", shell("echo out; echo err >&2; sleep 0.02; exit 1"))
                        .restart(AT_ONCE.atMost(1, ofSeconds(1000)))
                        .log(LogFile.of(log)));
        assertInstanceOf(ServiceState.Failed.class, ended(service));
        eventually("all is in the log", () -> Files.readAllLines(log).size() == 4);
        assertEquals(
                List.of("err", "err", "out", "out"),
                Files.readAllLines(log).stream().sorted().toList());
        assertEquals(4, service.recentOutput().lines().count());
    }

    @Test
    void aLogThatCannotBeOpenedIsAFailureThatNamesIt() throws Exception {
        Path log = directory.resolve("missing").resolve("log");
        ServiceHandle service = supervisor.supervise(
                Service.of("logs", shell("true")).restart(RestartPolicy.never()).log(LogFile.of(log)));
        ServiceState.Failed failed = assertInstanceOf(ServiceState.Failed.class, ended(service));
        assertTrue(failed.why().contains(log.toString()), failed.why());
    }

    @Test
    void aLogThatWasMovedIsOpenedAnew() throws Exception {
        Path log = directory.resolve("log");
        ServiceHandle service = supervisor.supervise(Service.of("logs", shell("while :; do echo x; sleep 0.01; done"))
                .log(LogFile.of(log)));
        eventually("it logs", () -> Files.exists(log));
        Files.move(log, directory.resolve("old"));
        service.reopenLog();
        eventually("it logs to the new file", () -> Files.exists(log) && Files.size(log) > 0);
    }

    @Test
    void itIsStartedAgainWhenItHasEnded() throws Exception {
        ServiceHandle service =
                supervisor.supervise(Service.of("crasher", shell("exit 3")).restart(AT_ONCE));
        eventually("some restarts", () -> service.restarts() >= 20);
        service.stop();
        ServiceState.Stopped stopped = assertInstanceOf(ServiceState.Stopped.class, ended(service));
        assertTrue(stopped.last().isPresent());
        assertEquals(10, service.results().size());
    }

    @Test
    void aCrashLoopEndsInAFailureThatSaysWhy() throws Exception {
        Service crasher = Service.of("crasher", shell("echo no luck; exit 3"))
                .restart(RestartPolicy.onFailure()
                        .backoff(Duration.ZERO, Duration.ZERO)
                        .atMost(2, ofSeconds(1000)))
                .readyWhen(Readiness.line("never"));
        ServiceHandle service = supervisor.supervise(crasher);
        ServiceFailedException thrown = assertThrows(ServiceFailedException.class, () -> service.awaitReady(NEVER));
        assertEquals(
                "service crasher is not ready: failed: restarted 2 times in a row, and again: exit code 3\n"
                        + "no luck\nno luck\nno luck",
                thrown.getMessage());
        ServiceState.Failed failed = assertInstanceOf(ServiceState.Failed.class, service.state());
        assertEquals(new ExitStatus.Exited(3), failed.last().orElseThrow().status());
        assertEquals(2, service.restarts());
        service.start();
        assertFalse(service.state().isOver(), "it begins anew");
        assertInstanceOf(ServiceState.Failed.class, ended(service));
    }

    @Test
    void aProgramThatIsNotThereIsAFailureThatNamesIt() throws Exception {
        ServiceHandle service = supervisor.supervise(
                Service.of("none", Command.of("/no/such/program")).restart(RestartPolicy.never()));
        ServiceState.Failed failed = assertInstanceOf(ServiceState.Failed.class, ended(service));
        assertTrue(failed.why().contains("/no/such/program"), failed.why());
        assertTrue(failed.last().isEmpty());
    }

    @Test
    void aOneShotThatSucceedsIsStoppedWithItsResult() throws Exception {
        ServiceHandle service = supervisor.supervise(Service.of("migrate", shell("exit 0")));
        ServiceState.Stopped stopped = assertInstanceOf(ServiceState.Stopped.class, ended(service));
        assertEquals("exit code 0", stopped.why());
        assertTrue(stopped.last().orElseThrow().succeeded());
    }

    @Test
    void otherCodesAndSignalsCanBeASuccess() throws Exception {
        RestartPolicy policy = RestartPolicy.onFailure().successCodes(0, 75).successSignals(Signal.TERM);
        for (String line : List.of("exit 75", "kill -TERM $$")) {
            ServiceHandle service =
                    supervisor.supervise(Service.of("s", shell(line)).restart(policy));
            assertInstanceOf(ServiceState.Stopped.class, ended(service), line);
        }
        ServiceHandle other =
                supervisor.supervise(Service.of("s", shell("kill -KILL $$")).restart(policy.atMost(0, ofSeconds(10))));
        assertInstanceOf(ServiceState.Failed.class, ended(other));
    }

    @Test
    void whatIsNotReadyInTimeIsStoppedAndStartedAgain() throws Exception {
        Path mark = directory.resolve("mark");
        ServiceHandle service = supervisor.supervise(
                Service.of("slow", shell("[ -e " + mark + " ] && echo ready; touch " + mark + "; exec sleep 1000"))
                        .restart(AT_ONCE)
                        .readyWhen(Readiness.line("ready"))
                        .startTimeout(ofMillis(300)));
        service.awaitReady(NEVER);
        assertTrue(service.restarts() >= 1);
        assertEquals(Cause.CANCELLED, service.results().getFirst().cause());
    }

    @Test
    void aPortThatAcceptsMakesItReadyAndOneThatDoesNotMakesItDead() throws Exception {
        Path gone = directory.resolve("gone");
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Probe probe = Probe.tcp(server.getLocalPort()).interval(ofMillis(20));
            ServiceHandle service = supervisor.supervise(Service.of("web", shell("exec sleep 1000"))
                    .restart(AT_ONCE)
                    .readyWhen(probe)
                    .liveness(Probe.command(Command.of("test", "!", "-e", gone.toString()))
                            .interval(ofMillis(20))
                            .timeout(NEVER)
                            .failures(2)));
            service.awaitReady(NEVER);
            Files.createFile(gone);
            eventually("it was restarted", () -> service.restarts() >= 1);
            Files.delete(gone);
            service.awaitReady(NEVER);
        }
    }

    @Test
    void aCheckThatHangsIsEndedAndCounts() throws Exception {
        ServiceHandle service = supervisor.supervise(Service.of("hung", shell("exec sleep 1000"))
                .restart(RestartPolicy.never())
                .liveness(Probe.command(shell("sleep 1000 & sleep 1000"))
                        .interval(ofMillis(10))
                        .timeout(ofMillis(50))
                        .failures(2)));
        ServiceState.Failed failed = assertInstanceOf(ServiceState.Failed.class, ended(service));
        assertTrue(failed.why().startsWith("not healthy: "), failed.why());
    }

    @Test
    void itsWholeGroupIsGoneWhenItIsStopped() throws Exception {
        Path pids = directory.resolve("pids");
        ServiceHandle service = supervisor.supervise(Service.of(
                        "family",
                        Command.shell("trap '' TERM; sleep 1000 & echo $! >" + pids + "; echo up; wait; sleep 1000")
                                .stopPlan(StopPlan.signal(Signal.TERM)
                                        .then(ofMillis(50))
                                        .kill()))
                .readyWhen(Readiness.line("up")));
        service.awaitReady(NEVER);
        long sleeper = Long.parseLong(Files.readString(pids).strip());
        service.stop();
        ended(service);
        assertFalse(ProcScan.alive(sleeper));
    }

    @Test
    void aReloadReachesTheProgramAndNotItsChildren() throws Exception {
        Path log = directory.resolve("log");
        ServiceHandle service = supervisor.supervise(Service.of(
                        "reloads",
                        shell("sh -c \"trap 'echo child >>" + log
                                + "' USR1; echo up; while :; do sleep 0.02; done\" & "
                                + "trap 'echo reloaded >>" + log + "' USR1; while :; do sleep 0.02; done"))
                .reload(Signal.USR1)
                .readyWhen(Readiness.line("up")));
        service.awaitReady(NEVER);
        eventually("the trap of the program is set", () -> {
            service.reload();
            return Files.exists(log);
        });
        service.kill();
        ended(service);
        assertEquals(
                List.of("reloaded"), Files.readAllLines(log).stream().distinct().toList());
        assertThrows(IllegalStateException.class, service::reload);
    }

    @Test
    void aStopEndsAStartThatWaits() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertTrue(supervisor.run(Command.of("mkfifo", fifo.toString())).succeeded());
        ServiceHandle service =
                supervisor.supervise(Service.of("waits", Command.of("true").stdout(Output.file(fifo)))
                        .restart(AT_ONCE));
        service.stop();
        assertInstanceOf(ServiceState.Stopped.class, ended(service));
    }

    @Test
    void aRestartEndsOneRunAndBeginsAnother() throws Exception {
        ServiceHandle service = supervisor.supervise(Service.of("s", shell("exec sleep 1000")));
        service.awaitReady(NEVER);
        long first = service.pid().orElseThrow();
        service.restart();
        service.awaitReady(NEVER);
        assertTrue(service.pid().orElseThrow() != first);
        assertEquals(0, service.restarts());
    }

    @Test
    void aWaitThatIsTooShortSaysWhereItIs() throws Exception {
        ServiceHandle service =
                supervisor.supervise(Service.of("s", shell("exec sleep 1000")).readyWhen(Readiness.line("never")));
        TimeoutException thrown = assertThrows(TimeoutException.class, () -> service.awaitReady(ofMillis(10)));
        assertEquals("service s is not ready after 0.01s: it is starting", thrown.getMessage());
    }

    @Test
    void theCloseOfTheSupervisorStopsAllThatRunsAndAllThatWaits() throws Exception {
        ServiceHandle running;
        ServiceHandle waiting;
        try (var own = dev.leash.Supervisor.create()) {
            running = own.supervise(
                    Service.of("running", shell("exec sleep 1000")).restart(AT_ONCE));
            waiting = own.supervise(Service.of("waiting", shell("exit 1"))
                    .restart(RestartPolicy.always().backoff(ofSeconds(1000), ofSeconds(1000))));
            running.awaitReady(NEVER);
            eventually("it backs off", () -> waiting.state() instanceof ServiceState.BackingOff);
        }
        assertEquals("stopped: the supervisor is closed", ended(running).toString());
        assertEquals("stopped: the supervisor is closed", ended(waiting).toString());
    }

    @Test
    void itsEventsAreItsStatesInOrderAndCompleteWithTheSupervisor() throws Exception {
        List<String> states = Collections.synchronizedList(new ArrayList<>());
        List<Long> numbers = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> completed;
        try (var own = dev.leash.Supervisor.create()) {
            ServiceHandle service =
                    own.supervise(Service.of("s", shell("exec sleep 1000")).readyWhen(Readiness.line("never")));
            completed = ((SubmissionPublisher<ServiceEvent>) service.events()).consume(event -> {
                states.add(event.to().toString());
                numbers.add(event.number());
            });
            service.stop();
            ended(service);
            service.start();
        }
        completed.get(NEVER.toSeconds(), TimeUnit.SECONDS);
        assertEquals(
                List.of(
                        "stopping: it was told to stop",
                        "stopped: it was told to stop",
                        "starting",
                        "stopping: the supervisor is closed",
                        "stopped: the supervisor is closed"),
                states);
        for (int i = 1; i < numbers.size(); i++) {
            assertEquals(numbers.get(i - 1) + 1, numbers.get(i));
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Service.of("", shell("true")));
        assertThrows(IllegalArgumentException.class, () -> Service.of("a b", shell("true")));
        assertThrows(IllegalArgumentException.class, () -> Service.of("a/b", shell("true")));
        assertThrows(
                IllegalArgumentException.class,
                () -> Service.of("a", shell("true").stdout(Output.pipe())));
        Service silent = Service.of("a", shell("true").stdout(Output.discard()).stderr(Output.inherit()));
        assertThrows(IllegalArgumentException.class, () -> silent.readyWhen(Readiness.line("x")));
        assertThrows(IllegalArgumentException.class, () -> Probe.tcp(0));
        assertThrows(IllegalArgumentException.class, () -> Probe.http(java.net.URI.create("ftp://x/")));
        assertThrows(
                IllegalArgumentException.class, () -> RestartPolicy.always().jitter(Double.NaN));
        assertThrows(
                IllegalArgumentException.class, () -> RestartPolicy.always().factor(0.5));
        assertThrows(
                IllegalArgumentException.class, () -> RestartPolicy.always().backoff(ofSeconds(2), ofSeconds(1)));
    }

    @Test
    void aSignalForOneThatIsBeingStartedReachesIt() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertTrue(supervisor.run(Command.of("mkfifo", fifo.toString())).succeeded());
        // It is started when somebody writes into its input.
        ServiceHandle late = supervisor.supervise(
                Service.of("late", Command.of("sleep", "1000").stdin(Stdin.file(fifo)))
                        .restart(RestartPolicy.never()));
        assertEquals("starting", late.state().toString());
        CommandAccess.get().signal(late, Signal.USR1.number());
        OutputStream writer = Files.newOutputStream(fifo);
        ServiceState end = late.end().get(NEVER.toSeconds(), TimeUnit.SECONDS);
        writer.close();
        assertEquals("failed: ended by SIGUSR1", end.toString());
    }

    @Test
    void aThousandServicesTakeNoThreadEach() throws IOException, InterruptedException {
        int before = Thread.activeCount();
        List<ServiceHandle> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(supervisor.supervise(
                    Service.of("s" + i, Command.of("sleep", "1000").stopPlan(StopPlan.kill()))));
        }
        for (ServiceHandle each : all) {
            try {
                each.awaitReady(NEVER);
            } catch (TimeoutException | ServiceFailedException e) {
                throw new AssertionError(e);
            }
        }
        assertTrue(
                Thread.activeCount() < before + 20,
                () -> Thread.getAllStackTraces().keySet().toString());
    }
}
