package dev.leash.services;

import static dev.leash.support.Eventually.eventually;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Probe;
import dev.leash.Readiness;
import dev.leash.RestartPolicy;
import dev.leash.Result;
import dev.leash.Service;
import dev.leash.ServiceEvent;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.StopStepTaken;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real servers that hang, and are found by what is asked of them. */
@Timeout(120)
class LivenessProbeTest extends ProbedServers {
    private static final Duration TIMEOUT = ofMillis(400);
    private static final Readiness LISTENING = Readiness.line("^listening$");

    private static Probe twice(Probe probe) {
        return probe.interval(ofMillis(20)).timeout(TIMEOUT).failures(2);
    }

    /** Its server is stopped by a signal when it is healthy, and has to be found, ended by its plan, and started again. */
    private void stopAndFind(Service server, Probe probe, String why) throws Exception {
        List<ServiceState> states = Collections.synchronizedList(new ArrayList<>());
        ServiceHandle service = supervisor.supervise(
                server.readyWhen(LISTENING).restart(AT_ONCE).liveness(probe));
        var ignored = ((SubmissionPublisher<ServiceEvent>) service.events()).consume(event -> states.add(event.to()));
        service.awaitReady(NEVER);
        long first = service.pid().orElseThrow();
        assertTrue(service.child().orElseThrow().signal(Signal.STOP));
        eventually(
                "it is started again, and ready",
                () -> service.restarts() == 1
                        && service.state() instanceof ServiceState.Ready
                        && service.pid().orElse(first) != first);
        Result last = service.results().getLast();
        assertEquals(
                List.of(Signal.TERM),
                last.stopSteps().stream().map(StopStepTaken::signal).toList(),
                "by its plan: " + last);
        ServiceState.BackingOff end = states.stream()
                .filter(ServiceState.BackingOff.class::isInstance)
                .map(ServiceState.BackingOff.class::cast)
                .findFirst()
                .orElseThrow();
        assertTrue(end.why().startsWith("not healthy: " + probe) && end.why().endsWith(why), end.why());
        assertTrue(states.stream().anyMatch(ServiceState.Unready.class::isInstance), states::toString);
    }

    private static Service polite(String line, String... arguments) {
        StopPlan plan = StopPlan.signal(Signal.TERM).then(NEVER).kill();
        return Service.of("web", sh(line).args("sh").args(arguments).stopPlan(plan));
    }

    @Test
    void aStoppedWebServerIsFoundByARequest() throws Exception {
        Service server = polite("exec \"$@\"", webLine("127.0.0.1:" + port, 50));
        stopAndFind(server, twice(Probe.http(uri("/status/200"))), "no answer within 0.4s");
    }

    /** The kernel accepts for it until its queue is full. */
    @Test
    void aStoppedServerIsFoundByItsPortWhenItsQueueIsFull() throws Exception {
        Service server = polite("exec \"$@\"", webLine("127.0.0.1:" + port, 1));
        stopAndFind(server, twice(Probe.tcp("127.0.0.1", port)), ": no answer within 0.4s");
    }

    @Test
    void aStoppedServerIsFoundByItsUnixSocketWhenItsQueueIsFull() throws Exception {
        Path socket = directory.resolve("socket");
        Service server = polite("rm -f " + socket + "; exec \"$@\"", webLine(socket.toString(), 1));
        stopAndFind(server, twice(Probe.unixSocket(socket)), "Resource temporarily unavailable");
    }

    @Test
    void aStoppedServerIsFoundByACommand() throws Exception {
        Path pid = directory.resolve("pid");
        Service server = polite("echo $$ >" + pid + "; exec \"$@\"", webLine("127.0.0.1:" + port, 50));
        Probe probe = Probe.command(marked(sh("grep -q '^State:.[RSD]' /proc/$(cat " + pid + ")/status")));
        stopAndFind(server, twice(probe).timeout(NEVER), "exit code 1");
    }

    @Test
    void aServerThatAnswersNoMoreIsStoppedAndStartedAgain() throws Exception {
        ServiceHandle service = supervisor.supervise(
                web().readyWhen(Probe.tcp(port)).restart(AT_ONCE).liveness(twice(Probe.http(uri("/status/200")))));
        service.awaitReady(NEVER);
        try (Socket client = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            client.getOutputStream()
                    .write("GET /hang-from-now-on HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            assertEquals("HTTP/1.1 200 So", answer);
        }
        eventually("it is started again", () -> service.restarts() == 1);
        service.awaitReady(NEVER);
    }

    @Test
    void oneFailureAmongSuccessesIsNone() throws Exception {
        Path asked = directory.resolve("asked");
        // Each third question fails.
        Probe probe = Probe.command(marked(sh("echo >>" + asked + "; [ $(($(wc -l <" + asked + ") % 3)) != 0 ]")))
                .interval(ofMillis(5))
                .timeout(NEVER)
                .failures(2);
        ServiceHandle service = supervisor.supervise(service("sometimes", Command.of("sleep", "1000"))
                .restart(AT_ONCE)
                .liveness(probe));
        eventually("it was asked often", () -> Files.exists(asked) && Files.size(asked) >= 20);
        assertEquals(0, service.restarts());
    }

    /** What asks may itself not come back in time: a look-up of a name, or a command whose plan is patient. */
    @Test
    void aQuestionThatCannotBeGivenUpCountsWhenItsTimeIsOver() throws Exception {
        Path asked = directory.resolve("asked");
        StopPlan patient = StopPlan.signal(Signal.TERM).then(ofSeconds(1000)).kill();
        Probe probe = Probe.command(
                        marked(Command.shell("trap '' TERM; echo >>" + asked + "; while :; do sleep 1; done"))
                                .stopPlan(patient))
                .interval(ofMillis(10))
                .timeout(ofMillis(300))
                .failures(3);
        ServiceHandle service = supervisor.supervise(service("asked", Command.of("sleep", "1000"))
                .restart(RestartPolicy.never())
                .liveness(probe));
        assertTrue(whyFailed(service).endsWith("no answer within 0.3s"), () -> service.state()
                .toString());
        assertEquals(1, Files.size(asked), "one at a time");
    }

    /** As after a standstill of the whole JVM. */
    @Test
    void anAnswerThatTheLoopHasNotYetSeenIsInTime() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            server.setSoTimeout((int) NEVER.toMillis());
            URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort());
            ServiceHandle service = supervisor.supervise(service("asked", Command.of("sleep", "1000"))
                    .restart(RestartPolicy.never())
                    .liveness(Probe.http(uri)
                            .interval(ofMillis(1))
                            .timeout(TIMEOUT)
                            .failures(1)));
            HeldLoop loop;
            try (Socket asked = server.accept()) {
                loop = new HeldLoop();
                asked.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                byte[] ignored = asked.getInputStream().readAllBytes(); // until it has the answer
            }
            Thread.sleep(TIMEOUT); // not for something to happen: the time has to be over
            loop.release();
            loop.await();
            try (Socket asked = server.accept()) {
                asked.getOutputStream().write("HTTP/1.1 500 No\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertEquals("not healthy: " + uri + ": HTTP status 500", whyFailed(service));
            }
        }
    }
}
