package dev.leash.services;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.leash.Command;
import dev.leash.Probe;
import dev.leash.RestartPolicy;
import dev.leash.Service;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.StopPlan;
import dev.leash.forked.Jvm;
import dev.leash.forked.Web;
import dev.leash.support.Eventually;
import dev.leash.support.Ports;
import dev.leash.support.RunsCommands;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What tests of probes share: servers in JVMs of their own, run as services. */
abstract class ProbedServers extends RunsCommands {
    static final Duration NEVER = Eventually.PATIENCE;

    /** Restarts at once, and without end. */
    static final RestartPolicy AT_ONCE =
            RestartPolicy.always().backoff(Duration.ZERO, Duration.ZERO).withoutLimit();

    @TempDir
    Path directory;

    final int port = Ports.free();

    /** The JDK keeps a socket for all closes to come, and what virtual threads wait for their connections with. */
    @BeforeAll
    static void connectOnce() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread client = Thread.ofVirtual().start(() -> {
                try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                    socket.getInputStream().read();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            server.accept().close();
            client.join();
        }
    }

    Service service(String name, Command command) {
        return Service.of(name, marked(command).stopPlan(StopPlan.kill()));
    }

    /** The command line of a {@link Web} server. */
    String[] webLine(String where, int backlog) {
        return Jvm.of(directory, Web.class, where, Integer.toString(backlog))
                .command()
                .toArray(new String[0]);
    }

    Service web() {
        return service("web", Command.of(List.of(webLine("127.0.0.1:" + port, 50))));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    static Probe often(Probe probe) {
        return probe.interval(Duration.ofMillis(20)).timeout(NEVER);
    }

    static ServiceState ended(ServiceHandle service) throws Exception {
        return service.end().get(NEVER.toSeconds(), TimeUnit.SECONDS);
    }

    static String whyFailed(ServiceHandle service) throws Exception {
        return assertInstanceOf(ServiceState.Failed.class, ended(service)).why();
    }
}
