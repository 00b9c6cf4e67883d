package dev.leash.services;

import static dev.leash.support.Eventually.eventually;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Probe;
import dev.leash.Readiness;
import dev.leash.RestartPolicy;
import dev.leash.Service;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.support.Skip;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real servers, and how they are known to be ready. */
@Timeout(120)
class ReadinessProbeTest extends ProbedServers {
    private static final Readiness LISTENING = Readiness.line("^listening$");
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    /** A service of which something is asked at the web server. */
    private ServiceHandle asks(Probe probe) throws IOException {
        return supervisor.supervise(service("asks", Command.of("sleep", "1000"))
                .restart(RestartPolicy.never())
                .startTimeout(ofMillis(600))
                .readyWhen(probe));
    }

    private ServiceHandle started(Service service) throws Exception {
        ServiceHandle handle = supervisor.supervise(service);
        handle.awaitReady(NEVER);
        return handle;
    }

    /** Each kind of probe of a web server finds it. */
    private void findReady(Command server, String host) throws Exception {
        Files.writeString(directory.resolve("page"), "here");
        for (Probe probe : List.of(
                Probe.tcp(port),
                Probe.tcp(host, port),
                Probe.http(URI.create("http://" + host + ":" + port + "/page")),
                Probe.http(URI.create("http://" + host + ":" + port + "/none"), 404))) {
            ServiceHandle service = started(service("web", server).readyWhen(often(probe)));
            service.stop();
            assertInstanceOf(ServiceState.Stopped.class, ended(service));
            String said = service.recentOutput();
            assertFalse(said.contains("Traceback") || said.contains("Exception"), said); // as of a broken pipe
        }
    }

    @Test
    void theServerOfTheJdkIsFound() throws Exception {
        Path server = Path.of(System.getProperty("java.home"), "bin", "jwebserver");
        Skip.unless(Files.isExecutable(server), "this JDK has no jwebserver");
        findReady(
                Command.of(server.toString(), "-b", "127.0.0.1", "-p", "" + port, "-d", directory.toRealPath() + ""),
                "127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "::1, [::1]"})
    void theServerOfPythonIsFound(String address, String host) throws Exception {
        Skip.unless(Files.isExecutable(PYTHON), "there is no /usr/bin/python3 to serve with");
        Skip.unless(Files.exists(Path.of("/proc/net/if_inet6")) || host.equals(address), "there is no IPv6 here");
        findReady(
                Command.of(PYTHON.toString(), "-m", "http.server", "--bind", address, "" + port)
                        .directory(directory),
                host);
    }

    /** As servers of Node do. */
    @Test
    void oneThatListensAtTheSecondAddressOfLocalhostIsFound() throws Exception {
        List<InetAddress> addresses = List.of(InetAddress.getAllByName("localhost"));
        Skip.unless(addresses.size() > 1, "localhost has one address only: " + addresses);
        Command server = Command.of(List.of(webLine(addresses.getLast().getHostAddress() + ":" + port, 50)));
        for (Probe probe : List.of(
                Probe.http(URI.create("http://localhost:" + port + "/status/200")), Probe.tcp("localhost", port))) {
            ServiceHandle service = started(service("web", server).readyWhen(often(probe)));
            service.kill();
            ended(service);
        }
    }

    /** What the application has set for its own requests is of no matter. */
    @Test
    void aProxyIsNotAsked() throws Exception {
        started(web().readyWhen(LISTENING));
        ProxySelector before = ProxySelector.getDefault();
        ProxySelector.setDefault(ProxySelector.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1)));
        try {
            asks(Probe.http(uri("/status/200"))).awaitReady(NEVER);
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void theServerHasNoBrokenConnectionToComplainOf() throws Exception {
        ServiceHandle web = started(web().readyWhen(often(Probe.http(uri("/late")))));
        web.stop();
        ended(web);
        assertEquals("listening\n", web.recentOutput());
    }

    @Test
    void aRequestIsSentOnce() throws Exception {
        started(web().readyWhen(LISTENING));
        String why = whyFailed(asks(Probe.http(uri("/counts-and-closes")).interval(NEVER)));
        assertTrue(why.endsWith("closed without an answer"), why);
        asks(Probe.http(uri("/times-counted"), 201)).awaitReady(NEVER);
    }

    @Test
    void itIsReadyWhenTheStatusIsTheRightOne() throws Exception {
        started(web().readyWhen(often(Probe.http(uri("/soon")))));
        for (int status : List.of(200, 204, 304, 399)) {
            asks(Probe.http(uri("/status/" + status))).awaitReady(NEVER);
        }
        asks(Probe.http(uri("/status/503"), 503)).awaitReady(NEVER);
        Map<Integer, ServiceHandle> wrong = new TreeMap<>();
        for (int status : List.of(400, 404, 500, 599)) {
            wrong.put(status, asks(Probe.http(uri("/status/" + status))));
        }
        for (int status : wrong.keySet()) {
            String why = "not ready in time: " + uri("/status/" + status) + ": HTTP status " + status;
            assertEquals(why, whyFailed(wrong.get(status)));
        }
        assertEquals(
                "not ready in time: " + uri("/status/200") + ": HTTP status 200",
                whyFailed(asks(Probe.http(uri("/status/200"), 204))));
    }

    @Test
    void aRedirectIsAnAnswerAndNotFollowed() throws Exception {
        started(web().readyWhen(Probe.tcp(port)));
        asks(Probe.http(uri("/redirect"))).awaitReady(NEVER);
        asks(Probe.http(uri("/times-followed"), 200)).awaitReady(NEVER);
    }

    @Test
    void oneThatIsNotYetReadyIsAskedAgain() throws Exception {
        ServiceHandle service = started(web().readyWhen(often(Probe.http(uri("/soon")))));
        assertEquals(0, service.restarts());
    }

    /** In all of these, the server never answers as it should. */
    @ParameterizedTest
    @CsvSource({
        "silent, no answer within 0.2s",
        "half, no answer within 0.2s",
        "drip, no answer within 0.2s",
        "closes, closed without an answer",
        "garbage, it is not an answer of HTTP"
    })
    void whatIsNoAnswerIsToldApart(String path, String why) throws Exception {
        started(web().readyWhen(Probe.tcp(port)));
        assertEquals(
                "not ready in time: " + uri("/" + path) + ": " + why,
                whyFailed(asks(Probe.http(uri("/" + path)).timeout(ofMillis(200)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"headers", "continues"})
    void anAnswerWithoutEndIsNone(String path) throws Exception {
        started(web().readyWhen(Probe.tcp(port)));
        String why = whyFailed(asks(Probe.http(uri("/" + path)).timeout(ofMillis(200))));
        assertTrue(why.startsWith("not ready in time: " + uri("/" + path) + ": "), why);
    }

    @Test
    void theBodyIsNotWaitedFor() throws Exception {
        started(web().readyWhen(Probe.tcp(port)));
        asks(Probe.http(uri("/body"))).awaitReady(NEVER);
    }

    @Test
    void aPortThatRefusesIsTold() throws Exception {
        assertEquals("not ready in time: tcp port " + port + ": Connection refused", whyFailed(asks(Probe.tcp(port))));
    }

    @Test
    void aUnixSocketIsReadyWhenItListensAnewThoughItsFileWasLeft() throws Exception {
        Path socket = directory.resolve("socket");
        Path go = directory.resolve("go");
        String[] web = webLine(socket.toString(), 50);
        ServiceHandle first =
                started(service("first", Command.of(List.of(web))).readyWhen(often(Probe.unixSocket(socket))));
        first.kill();
        ended(first);
        assertTrue(Files.exists(socket), "killed, it leaves its file");
        ServiceHandle second = supervisor.supervise(service(
                        "second",
                        sh("echo up; while [ ! -e " + go + " ]; do sleep 0.02; done; rm " + socket + "; exec \"$@\"")
                                .args("sh")
                                .args(web))
                .readyWhen(often(Probe.unixSocket(socket))));
        eventually("it runs", () -> second.recentOutput().startsWith("up"));
        assertThatItIsNotFound(Probe.unixSocket(socket), socket + ": Connection refused");
        assertInstanceOf(ServiceState.Starting.class, second.state());
        Files.createFile(go);
        second.awaitReady(NEVER);
    }

    @Test
    void aUnixSocketThatIsNoneIsNotReady() throws Exception {
        assertThatItIsNotFound(Probe.unixSocket(directory.resolve("none")), "none: No such file or directory");
        Path file = Files.createFile(directory.resolve("file"));
        assertThatItIsNotFound(Probe.unixSocket(file), file + ": Connection refused");
    }

    private void assertThatItIsNotFound(Probe probe, String why) throws Exception {
        String failure = whyFailed(asks(probe));
        assertTrue(failure.startsWith("not ready in time: " + probe) && failure.endsWith(why), failure);
    }

    @Test
    void aCommandThatSucceedsMakesItReady() throws Exception {
        Path mark = directory.resolve("mark");
        Probe probe = often(Probe.command(marked(sh("echo asked >>" + mark + "; [ $(wc -l <" + mark + ") -ge 3 ]"))));
        started(service("asked", Command.of("sleep", "1000")).readyWhen(probe));
        assertEquals(3, Files.readAllLines(mark).size());
    }

    @Test
    void aCommandThatIsNotThereIsTold() throws Exception {
        String why = whyFailed(asks(Probe.command(Command.of("/no/such/probe"))));
        assertTrue(why.startsWith("not ready in time: /no/such/probe: ") && why.contains("ENOENT"), why);
    }

    /** A service that does not have to be asked any more is not. */
    @Test
    void aProbeIsOverWithItsRun() throws Exception {
        Path mark = directory.resolve("mark");
        ServiceHandle service = supervisor.supervise(service("short", Command.of("sleep", "1000"))
                .restart(RestartPolicy.never())
                .readyWhen(Probe.command(marked(sh("echo $$ >" + mark + "; exec sleep 1000")))
                        .timeout(NEVER.multipliedBy(100))));
        eventually("it is asked", () -> Files.exists(mark) && Files.size(mark) > 0);
        service.stop();
        ended(service);
        eventually("the command is ended", () -> alive().isEmpty());
        assertFalse(service.pid().isPresent());
    }

    @Test
    void itIsReadyByALineOfARealServer() throws Exception {
        started(web().readyWhen(LISTENING));
        asks(Probe.tcp(port)).awaitReady(NEVER);
    }
}
