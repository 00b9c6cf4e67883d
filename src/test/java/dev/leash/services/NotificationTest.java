package dev.leash.services;

import static dev.leash.support.Eventually.eventually;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Readiness;
import dev.leash.RestartPolicy;
import dev.leash.Result;
import dev.leash.Service;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.StopPlan;
import dev.leash.support.Eventually;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Services that tell their state by sd_notify(3). */
@Timeout(120)
class NotificationTest extends RunsCommands {
    private static final Duration NEVER = Eventually.PATIENCE;

    private static final String PYTHON = """
            import array, os, socket, sys, time
            sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            def say(text, fds=()):
                control = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', fds))] if fds else []
                sender.sendmsg([text.encode()], control, 0, os.environ['NOTIFY_SOCKET'])
            def barrier():
                ours, theirs = os.pipe()
                say('BARRIER=1', [theirs])
                os.close(theirs)
                os.read(ours, 1)
            """;

    @TempDir
    Path directory;

    private static String python() {
        String python = Stream.of("/usr/bin/python3", "/usr/local/bin/python3", "/bin/python3")
                .filter(each -> Files.isExecutable(Path.of(each)))
                .findFirst()
                .orElse("");
        Skip.unless(!python.isEmpty(), "there is no python3 in /usr/bin to send with");
        return python;
    }

    private static Command python(String code) {
        return Command.of(python(), "-S", "-c", PYTHON + code).stopPlan(StopPlan.kill());
    }

    /** A shell whose child runs the code, and which waits then. */
    private static Command child(String prefix, String code) {
        return Command.of(
                        "/bin/sh", "-c", prefix + " \"$@\"; exec sleep 1000", "sh", python(), "-S", "-c", PYTHON + code)
                .stopPlan(StopPlan.kill());
    }

    private static void assumePossible(Containment containment) {
        Optional<String> obstacle = containment == Containment.CGROUP ? Containment.obstacle() : Optional.empty();
        Skip.unless(obstacle.isEmpty(), "no cgroup can be made here: " + obstacle.orElse(""));
    }

    private static Service notifying(Command command) {
        return Service.of("db", command).readyWhen(Readiness.notification()).restart(RestartPolicy.never());
    }

    @Test
    void itIsReadyWhenItSaysSo() throws Exception {
        Path go = directory.resolve("go");
        ServiceHandle service = supervisor.supervise(notifying(python("say('STATUS=loading')\n"
                + "while not os.path.exists('" + go + "'): time.sleep(0.01)\n"
                + "say('READY=1\\nSTATUS=here')\ntime.sleep(1000)")));
        eventually("its status", () -> service.status().equals(Optional.of("loading")));
        assertInstanceOf(ServiceState.Starting.class, service.state());
        Files.createFile(go);
        service.awaitReady(NEVER);
        assertEquals(Optional.of("here"), service.status());
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void childOfItsProgramMaySayIt(Containment containment) throws Exception {
        assumePossible(containment);
        ServiceHandle service = supervisor.supervise(
                notifying(child("", "say('READY=1')\nbarrier()").containment(containment)));
        service.awaitReady(NEVER);
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void processThatHasLeftTheGroupMaySayItWhereItStillBelongsToTheRun(Containment containment) throws Exception {
        assumePossible(containment);
        ServiceHandle service = supervisor.supervise(notifying(
                child("setsid", "say('READY=1\\nSTATUS=from afar')\nbarrier()\nopen('" + directory + "/said', 'w')")
                        .containment(containment)));
        eventually("its barrier is answered", () -> Files.exists(directory.resolve("said")));
        if (containment == Containment.GROUP) {
            assertInstanceOf(ServiceState.Starting.class, service.state());
            assertEquals(Optional.empty(), service.status());
        } else {
            service.awaitReady(NEVER);
            assertEquals(Optional.of("from afar"), service.status());
        }
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void strangerMayNotSayIt(Containment containment) throws Exception {
        assumePossible(containment);
        ServiceHandle service = supervisor.supervise(notifying(
                python("open('" + directory + "/address', 'w').write(os.environ['NOTIFY_SOCKET'])\ntime.sleep(1000)")
                        .containment(containment)));
        Path address = directory.resolve("address");
        eventually("it runs", () -> Files.exists(address) && Files.size(address) > 0);
        Result stranger = supervisor.run(python("say('READY=1\\nSTATUS=a stranger')\nbarrier()")
                .env("NOTIFY_SOCKET", Files.readString(address)));
        assertTrue(stranger.succeeded(), "its barrier is answered");
        assertInstanceOf(ServiceState.Starting.class, service.state());
        assertEquals(Optional.empty(), service.status());
    }

    @Test
    void systemdNotifySaysIt() throws Exception {
        Path notify = Path.of("/usr/bin/systemd-notify");
        Skip.unless(Files.isExecutable(notify), "there is no systemd-notify here");
        ServiceHandle service =
                supervisor.supervise(notifying(Command.shell("systemd-notify --ready --status=up; exec sleep 1000")));
        service.awaitReady(NEVER);
        assertEquals(Optional.of("up"), service.status());
    }

    @Test
    void readyDoesNotCountWhereSomethingElseIsWaitedFor() throws Exception {
        ServiceHandle service =
                supervisor.supervise(notifying(python("say('READY=1\\nSTATUS=heard')\ntime.sleep(1000)"))
                        .readyWhen(Readiness.afterUptime(ofSeconds(1000)))
                        .watchdog(ofSeconds(1000)));
        eventually("it is heard", () -> service.status().isPresent());
        assertInstanceOf(ServiceState.Starting.class, service.state());
    }

    @Test
    void itMayAskForMoreTimeToStart() throws Exception {
        ServiceHandle service = supervisor.supervise(notifying(python(
                        "say('EXTEND_TIMEOUT_USEC=600000000')\ntime.sleep(1.2)\nsay('READY=1')\ntime.sleep(1000)"))
                .startTimeout(ofSeconds(1)));
        service.awaitReady(NEVER);
    }

    @Test
    void whatIsNotReadyInTimeHasFailed() throws Exception {
        ServiceHandle service = supervisor.supervise(
                notifying(python("say('STATUS=busy')\ntime.sleep(1000)")).startTimeout(ofMillis(300)));
        assertEquals("failed: not ready in time", service.end().get().toString());
    }

    private static void assertSucceeded(ServiceHandle service) throws Exception {
        ServiceState end = service.end().get();
        assertFalse(end instanceof ServiceState.Failed, () -> end + ", " + service.recentOutput());
        assertTrue(service.results().getLast().succeeded(), () -> end + ", " + service.recentOutput());
    }

    @Test
    void whatItSaysOfItsErrorIsInWhyItFailed() throws Exception {
        ServiceHandle service =
                supervisor.supervise(notifying(python("say('STATUS=no data')\nsay('ERRNO=2')\nbarrier()\nsys.exit(3)"))
                        .restart(RestartPolicy.never()));
        assertEquals(
                "failed: exit code 3, and it said ENOENT: no data",
                service.end().get().toString());
    }

    @Test
    void anErrorThatIsNoFailureIsNotTold() throws Exception {
        ServiceHandle service = supervisor.supervise(
                notifying(python("say('ERRNO=2')\nbarrier()\nsys.exit(0)")).restart(RestartPolicy.never()));
        assertEquals("stopped: exit code 0", service.end().get().toString());
    }

    // ---- The watchdog.

    @Test
    void itLivesAsLongAsItSaysSo() throws Exception {
        ServiceHandle service = supervisor.supervise(notifying(python("""
                assert os.environ['WATCHDOG_USEC'] == '10000000', os.environ['WATCHDOG_USEC']
                say('READY=1\\nWATCHDOG_USEC=3000000')
                for number in range(20):
                    say('WATCHDOG=1\\nSTATUS=%d' % number)
                    time.sleep(0.2)
                """)).watchdog(ofSeconds(10)));
        assertSucceeded(service);
        assertEquals(Optional.of("19"), service.status());
    }

    @Test
    void silentOneIsStoppedAndStartedAgain() throws Exception {
        ServiceHandle service = supervisor.supervise(notifying(python("say('READY=1')\ntime.sleep(1000)"))
                .watchdog(ofMillis(300))
                .restart(RestartPolicy.onFailure()
                        .backoff(Duration.ZERO, Duration.ZERO)
                        .atMost(2, ofSeconds(1000))));
        assertEquals(
                "failed: restarted 2 times in a row, and again: watchdog: no WATCHDOG=1 for 0.3s",
                service.end().get().toString());
    }

    @Test
    void itMayAskToBeStopped() throws Exception {
        ServiceHandle service =
                supervisor.supervise(notifying(python("say('READY=1')\nsay('WATCHDOG=trigger')\ntime.sleep(1000)"))
                        .watchdog(ofSeconds(1000)));
        assertEquals(
                "failed: watchdog: it has said WATCHDOG=trigger",
                service.end().get().toString());
    }

    @Test
    void itMayBeSilentBeforeItIsReadyAndWhenItStops() throws Exception {
        ServiceHandle service = supervisor.supervise(notifying(python(
                        "time.sleep(0.4)\nsay('READY=1\\nSTOPPING=1')\ntime.sleep(0.4)\nsay('STATUS=bye')\nbarrier()"))
                .watchdog(ofMillis(300)));
        assertSucceeded(service);
        assertEquals(Optional.of("bye"), service.status());
    }

    // ---- Ends.

    @Test
    void nothingIsLeftOfManyRuns() throws Exception {
        List<Path> sockets = new ArrayList<>();
        ServiceHandle service = supervisor.supervise(notifying(Command.shell("echo $NOTIFY_SOCKET"))
                .restart(RestartPolicy.always()
                        .backoff(Duration.ZERO, Duration.ZERO)
                        .withoutLimit()));
        eventually("some restarts", () -> service.restarts() >= 20);
        service.stop();
        ServiceState ignored = service.end().get();
        service.recentOutput().lines().map(Path::of).forEach(sockets::add);
        assertTrue(sockets.size() >= 20, service.recentOutput());
        eventually("no file is left", () -> sockets.stream().noneMatch(Files::exists));
    }

    @Test
    void failedStartLeavesNothing() throws Exception {
        ServiceHandle service = supervisor.supervise(notifying(Command.of("/no/such/program")));
        assertTrue(service.end().get().toString().contains("ENOENT"));
    }

    @Test
    void closedSupervisorLeavesNothing() throws Exception {
        ServiceHandle service = supervisor.supervise(notifying(python("say('READY=1')\ntime.sleep(1000)")));
        service.awaitReady(NEVER);
        supervisor.close();
        assertInstanceOf(ServiceState.Stopped.class, service.end().get());
    }

    @Test
    void intervalMustBePositive() {
        assertThrows(IllegalArgumentException.class, () -> Service.of("db", Command.of("true"))
                .watchdog(Duration.ZERO));
    }
}
