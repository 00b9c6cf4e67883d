package dev.leash.services;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Readiness;
import dev.leash.RestartPolicy;
import dev.leash.Service;
import dev.leash.ServiceFailedException;
import dev.leash.ServiceGroup;
import dev.leash.ServiceGroup.Strategy;
import dev.leash.ServiceGroupHandle;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.Eventually;
import dev.leash.support.RunsCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Groups of services with real programs. */
@Timeout(120)
class ServiceGroupTest extends RunsCommands {
    private static final Duration NEVER = Eventually.PATIENCE;

    @TempDir
    Path directory;

    private Path log() {
        return directory.resolve("log");
    }

    /** Writes when it comes and goes, and is ready when it has written. */
    private Service sleeper(String name) {
        String line = "trap 'echo -" + name + " >>" + log() + "; exit' TERM; echo +" + name + " >>" + log()
                + "; echo up; while :; do sleep 0.02; done";
        return Service.of(name, Command.shell(line)).readyWhen(Readiness.line("up"));
    }

    private List<String> lines() throws Exception {
        return Files.readAllLines(log());
    }

    private static void awaitEnd(ServiceGroupHandle group) throws Exception {
        group.end().get(NEVER.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void itIsStartedInOrderAndStoppedInReverse() throws Exception {
        ServiceGroupHandle group = supervisor.supervise(ServiceGroup.of(
                sleeper("web").after("db"), sleeper("db").afterSuccess("migrate"), oneShot("migrate", "exit 0")));
        group.awaitReady(NEVER);
        group.stop();
        awaitEnd(group);
        assertEquals(List.of("migrate", "+db", "+web", "-web", "-db"), lines());
    }

    @Test
    void aStartWhileItStopsIsTheLastWord() throws Exception {
        Path go = directory.resolve("go");
        Service slow = Service.of(
                        "slow",
                        Command.shell("trap ': >" + directory + "/stopping; until [ -e " + go
                                + " ]; do sleep 0.02; done; exit' TERM; echo up; while :; do sleep 0.02; done"))
                .readyWhen(Readiness.line("up"));
        ServiceGroupHandle group = supervisor.supervise(ServiceGroup.of(slow));
        group.awaitReady(NEVER);
        long first = group.service("slow").pid().orElseThrow();
        group.stop();
        Eventually.eventually("it stops", () -> Files.exists(directory.resolve("stopping")));
        group.start();
        Files.createFile(go);
        group.awaitReady(NEVER);
        assertNotEquals(first, group.service("slow").pid().orElseThrow());
        Files.delete(go);
        Files.delete(directory.resolve("stopping"));
        // By hand, and after the start: that is the last word.
        group.stop();
        Eventually.eventually("it stops", () -> Files.exists(directory.resolve("stopping")));
        group.start();
        group.service("slow").stop();
        Files.createFile(go);
        awaitEnd(group);
        assertInstanceOf(ServiceState.Stopped.class, group.service("slow").state());
    }

    private Service oneShot(String name, String end) {
        return Service.of(name, Command.shell("echo " + name + " >>" + log() + "; " + end))
                .restart(RestartPolicy.never());
    }

    @Test
    void whatWaitsForOneThatFailsIsNeverStartedAndTheWaitSaysWhy() throws Exception {
        ServiceGroupHandle group = supervisor.supervise(ServiceGroup.of(
                oneShot("migrate", "test -e " + directory.resolve("mended")),
                sleeper("web").afterSuccess("migrate")));
        ServiceFailedException thrown = assertThrows(ServiceFailedException.class, () -> group.awaitReady(NEVER));
        assertEquals("service migrate is not ready: failed: exit code 1", thrown.getMessage());
        assertEquals(
                "waiting for migrate, which has failed",
                group.service("web").state().toString());
        ServiceFailedException same = assertThrows(
                ServiceFailedException.class, () -> group.service("web").awaitReady(NEVER));
        assertTrue(same.getMessage().contains("waiting for migrate, which has failed"), same.getMessage());
        awaitEnd(group); // nothing runs, nor will
        assertEquals(List.of("migrate"), lines());
        // Until somebody starts what has failed.
        Files.createFile(directory.resolve("mended"));
        group.service("migrate").start();
        group.awaitReady(NEVER);
        group.stop();
        awaitEnd(group);
        assertEquals(List.of("migrate", "migrate", "+web", "-web"), lines());
    }

    @Test
    void replicasHaveNumbersAndPorts() throws Exception {
        Service web = Service.of("web", Command.shell("echo up $LEASH_REPLICA $PORT; exec sleep 1000"))
                .readyWhen(Readiness.line("up"))
                .replicas(3, 8080);
        ServiceGroupHandle group =
                supervisor.supervise(ServiceGroup.of(sleeper("proxy").after("web"), web));
        group.awaitReady(NEVER);
        List<String> output = new ArrayList<>();
        for (ServiceHandle each : group.services()) {
            output.add(each.name() + ": " + each.recentOutput().strip());
        }
        assertEquals(List.of("web.1: up 1 8080", "web.2: up 2 8081", "web.3: up 3 8082", "proxy: up"), output);
        assertThrows(IllegalArgumentException.class, () -> group.service("web"));
    }

    @Test
    void oneForAllRestartsAll() throws Exception {
        Service a = sleeper("a").restart(RestartPolicy.always().backoff(ofMillis(1), ofMillis(1)));
        ServiceGroupHandle group =
                supervisor.supervise(ServiceGroup.of(a, sleeper("b").after("a")).strategy(Strategy.ONE_FOR_ALL));
        group.awaitReady(NEVER);
        group.service("a").child().orElseThrow().kill();
        Eventually.eventually("a was restarted", () -> group.service("a").restarts() == 1);
        group.awaitReady(NEVER);
        assertEquals(List.of("+a", "+b", "-b", "+a", "+b"), lines());
        assertEquals(1, group.service("a").restarts());
        assertEquals(0, group.service("b").restarts());
    }

    @Test
    void aRollingRestartWaitsForEach() throws Exception {
        ServiceGroupHandle group =
                supervisor.supervise(ServiceGroup.of(sleeper("a"), sleeper("b").after("a")));
        group.awaitReady(NEVER);
        long before = group.service("a").pid().orElseThrow();
        group.rollingRestart(NEVER);
        assertEquals(List.of("+a", "+b", "-a", "+a", "-b", "+b"), lines());
        assertNotEquals(before, group.service("a").pid().orElseThrow());
    }

    @Test
    void theEndOfAnEssentialOneEndsAll() throws Exception {
        ServiceGroupHandle group = supervisor.supervise(ServiceGroup.of(
                sleeper("db"), oneShot("job", "exit 0").after("db").essential()));
        awaitEnd(group);
        assertEquals(List.of("+db", "job", "-db"), lines());
        assertEquals(
                "stopped: job, which is essential, has ended",
                group.service("db").state().toString());
    }

    @Test
    void theCloseOfTheSupervisorEndsTheGroup() throws Exception {
        ServiceGroupHandle group;
        try (var own = Supervisor.create()) {
            group = own.supervise(ServiceGroup.of(
                    sleeper("a"),
                    sleeper("b").readyWhen(Readiness.line("never")),
                    sleeper("c").after("b")));
            group.service("a").awaitReady(NEVER);
        }
        awaitEnd(group);
        for (ServiceHandle each : group.services()) {
            assertInstanceOf(ServiceState.Stopped.class, each.state());
        }
    }

    @Test
    void killsAllAtOnce() throws Exception {
        Service stubborn = Service.of(
                        "stubborn",
                        Command.shell("trap '' TERM; echo up; while :; do sleep 0.02; done")
                                .stopPlan(StopPlan.signal(dev.leash.Signal.TERM)
                                        .then(ofSeconds(1000))
                                        .kill()))
                .readyWhen(Readiness.line("up"));
        ServiceGroupHandle group =
                supervisor.supervise(ServiceGroup.of(stubborn, sleeper("other").after("stubborn")));
        group.awaitReady(NEVER);
        group.stop();
        group.kill();
        awaitEnd(group);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        Service a = Service.of("a", Command.of("true"));
        assertThrows(IllegalArgumentException.class, () -> ServiceGroup.of());
        assertThrows(IllegalArgumentException.class, () -> ServiceGroup.of(a, a));
        assertThrows(IllegalArgumentException.class, () -> ServiceGroup.of(a.after("b")));
        Service forever = Service.of("b", Command.of("true")).restart(RestartPolicy.always());
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> ServiceGroup.of(a.afterSuccess("b"), forever));
        assertTrue(thrown.getMessage().contains("always restarted"), thrown.getMessage());
        assertThrows(IllegalArgumentException.class, () -> a.replicas(0, 80));
        assertThrows(IllegalArgumentException.class, () -> a.replicas(2, 65_535));
    }
}
