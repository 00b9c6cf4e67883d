package dev.leash.services;

import static dev.leash.support.Eventually.eventually;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Containment;
import dev.leash.ExitStatus;
import dev.leash.Readiness;
import dev.leash.RestartPolicy;
import dev.leash.Result;
import dev.leash.Service;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.StopStepTaken;
import dev.leash.support.ProcScan;
import dev.leash.support.Skip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Services that crash, hang, ignore what they are told, and leave their group. */
@Timeout(120)
class UnrulyServiceTest extends ProbedServers {
    private static final Readiness UP = Readiness.line("^up$");

    @Test
    void crashAtOnceIsReadyNever() throws Exception {
        ServiceHandle service = supervisor.supervise(service("crasher", sh("kill -SEGV $$"))
                .readyWhen(UP)
                .restart(RestartPolicy.onFailure()
                        .backoff(ofMillis(1), ofMillis(1))
                        .atMost(3, ofSeconds(1000))));
        assertTrue(whyFailed(service).startsWith("restarted 3 times in a row, and again: "), () -> service + "");
        assertEquals(4, service.results().size());
        for (Result result : service.results()) {
            assertEquals(
                    Signal.parse("SEGV"),
                    assertInstanceOf(ExitStatus.Signaled.class, result.status()).signal());
        }
    }

    @Test
    void crashAfterItWasReadyTakesItsChildrenAlong() throws Exception {
        ServiceHandle service = supervisor.supervise(service("crasher", sh("sleep 1000 & echo up; sleep 1000"))
                .readyWhen(UP)
                .restart(AT_ONCE));
        for (int crashes = 1; crashes <= 3; crashes++) {
            service.awaitReady(NEVER);
            eventually("it has its children", () -> sleepers() == 2);
            long pid = service.pid().orElseThrow();
            List<Integer> before = alive().stream().map(ProcScan.Info::pid).toList();
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            int number = crashes;
            eventually("the next", () -> service.restarts() == number && service.state() instanceof ServiceState.Ready);
            assertTrue(before.stream().noneMatch(ProcScan::alive), "none of those before");
        }
    }

    @Test
    void hangAtTheStartEndsByThePlanWhichGoesOnToKill() throws Exception {
        StopPlan plan = StopPlan.signal(Signal.TERM).then(ofMillis(100)).kill();
        Service hanging = Service.of(
                        "hangs",
                        marked(sh("trap '' TERM INT; sleep 1000 & echo here; while :; do sleep 1; done"))
                                .stopPlan(plan))
                .readyWhen(UP)
                .startTimeout(ofMillis(500))
                .restart(RestartPolicy.onFailure()
                        .backoff(ofMillis(1), ofMillis(1))
                        .atMost(1, ofSeconds(1000)));
        ServiceHandle service = supervisor.supervise(hanging);
        assertEquals("restarted once, and again: not ready in time", whyFailed(service));
        for (Result result : service.results()) {
            assertEquals(Cause.CANCELLED, result.cause());
            assertEquals(
                    List.of(Signal.TERM, Signal.KILL),
                    result.stopSteps().stream().map(StopStepTaken::signal).toList());
            assertTrue(killed(result), result::toString);
        }
        assertEquals(List.of(), alive());
    }

    /** A daemon: two forks, and a session of its own. */
    @ParameterizedTest
    @EnumSource(Containment.class)
    void daemonIsEndedWhereItBelongsToTheRun(Containment containment) throws Exception {
        Skip.unless(
                containment != Containment.CGROUP || Containment.obstacle().isEmpty(),
                "no cgroup can be made here: " + Containment.obstacle().orElse(""));
        Path pid = directory.resolve("pid");
        ServiceHandle service = supervisor.supervise(Service.of(
                        "daemon",
                        marked(sh("(setsid sh -c 'echo $$ >" + pid + ".new; mv " + pid + ".new " + pid
                                        + "; exec sleep 1000 >/dev/null 2>&1' &); while [ ! -e " + pid
                                        + " ]; do sleep 0.01; done; echo up; exec sleep 1000"))
                                .stopPlan(StopPlan.kill())
                                .containment(containment))
                .readyWhen(UP));
        service.awaitReady(NEVER);
        long daemon = Long.parseLong(Files.readString(pid).strip());
        assertTrue(ProcScan.alive(daemon));
        service.stop();
        ended(service);
        if (containment == Containment.GROUP) {
            assertTrue(ProcScan.alive(daemon), "it has left the group");
            killEscaped();
        } else {
            assertFalse(ProcScan.alive(daemon));
        }
    }

    /** A program that goes to the background itself has ended for the one who started it. */
    @Test
    void programThatGoesToTheBackgroundIsDone() throws Exception {
        ServiceHandle service = supervisor.supervise(
                service("daemon", sh("sleep 1000 & exit 0")).restart(RestartPolicy.onFailure()));
        assertEquals("stopped: exit code 0", ended(service).toString());
        assertEquals(List.of(), alive());
        assertEquals(1, service.results().getLast().stragglersKilled(), "and what it has left is told");
    }
}
