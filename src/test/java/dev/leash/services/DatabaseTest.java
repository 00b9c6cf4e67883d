package dev.leash.services;

import static dev.leash.support.Eventually.eventually;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.ExitStatus;
import dev.leash.Probe;
import dev.leash.Readiness;
import dev.leash.Result;
import dev.leash.Service;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.support.ProcScan;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PostgreSQL and Redis as services, where they are installed. */
@Timeout(240)
class DatabaseTest extends ProbedServers {
    private static final String NOBODY = "65534";

    /** Found on the path, or where Debian has the versions of PostgreSQL. */
    private static Optional<Path> find(String program) {
        try (Stream<Path> versions = Files.isDirectory(Path.of("/usr/lib/postgresql"))
                ? Files.list(Path.of("/usr/lib/postgresql"))
                : Stream.of()) {
            return Stream.concat(
                            Stream.of(System.getenv("PATH").split(":", -1)).map(Path::of),
                            versions.map(version -> version.resolve("bin")))
                    .map(folder -> folder.resolve(program))
                    .filter(Files::isExecutable)
                    .findFirst();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String required(String program) {
        Optional<Path> found = find(program);
        Skip.unless(found.isPresent(), "there is no " + program + " here");
        return found.orElseThrow().toString();
    }

    /** By their parent: PostgreSQL writes over its environment. */
    private static List<Integer> children(ServiceHandle service) {
        long parent = service.pid().orElseThrow();
        return ProcScan.all().stream()
                .filter(info -> info.ppid() == parent)
                .map(ProcScan.Info::pid)
                .toList();
    }

    private static boolean noneIsAlive(List<Integer> pids) {
        return pids.stream().noneMatch(ProcScan::alive);
    }

    private void assertStopped(ServiceHandle service) throws Exception {
        List<Integer> children = children(service);
        service.stop();
        assertInstanceOf(ServiceState.Stopped.class, ended(service));
        Result last = service.results().getLast();
        assertEquals(new ExitStatus.Exited(0), last.status(), service::recentOutput);
        assertTrue(noneIsAlive(children), "its children, too");
    }

    private static void awaitTheNext(ServiceHandle service, long before) {
        eventually(
                "it is started again, and ready",
                () -> service.restarts() >= 1
                        && service.state() instanceof ServiceState.Ready
                        && service.pid().orElse(before) != before);
    }

    private static void killAndAwaitTheNext(ServiceHandle service) {
        long first = service.pid().orElseThrow();
        ProcessHandle.of(first).ifPresent(ProcessHandle::destroyForcibly);
        awaitTheNext(service, first);
        assertEquals(
                new ExitStatus.Signaled(Signal.KILL, false),
                service.results().getFirst().status());
    }

    // ---- PostgreSQL.

    private Path data;

    private Command postgresUser(Command command) throws IOException {
        boolean root = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        return root ? command.prefix("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups") : command;
    }

    /** It refuses to run as root. */
    private void initialize() throws Exception {
        data = Files.createDirectory(directory.resolve("data"));
        if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0) {
            Skip.unless(find("setpriv").isPresent(), "there is no setpriv to become an ordinary user with");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
            try {
                Files.setOwner(
                        data,
                        data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
            } catch (UserPrincipalNotFoundException e) {
                Skip.because("there is no user nobody to run PostgreSQL as");
            }
        }
        Result made = run(postgresUser(Command.of(
                        required("initdb"),
                        "-D",
                        data.toString(),
                        "-A",
                        "trust",
                        "-U",
                        "leash",
                        "--no-sync",
                        "--locale=C"))
                .directory(data));
        assertTrue(made.succeeded(), () -> made + made.stdout() + made.stderr());
    }

    private Service postgres() throws Exception {
        Command command = postgresUser(Command.of(required("postgres"), "-D", data.toString(), "-k", data.toString())
                .args("-h", "127.0.0.1", "-p", Integer.toString(port), "-F", "-c", "shared_buffers=1MB")
                .directory(data));
        StopPlan fast = StopPlan.signal(Signal.INT).then(NEVER).kill();
        return Service.of("db", marked(command.stopPlan(fast))).restart(AT_ONCE);
    }

    @Test
    void postgresIsFoundReadyInEachWayAndShutDownFast() throws Exception {
        String postgres = required("postgres");
        initialize();
        List<Readiness> ways = new ArrayList<>(List.of(
                Readiness.line("database system is ready to accept connections"),
                Readiness.probe(often(Probe.tcp(port))),
                Readiness.probe(often(Probe.unixSocket(data.resolve(".s.PGSQL." + port))))));
        Path isReady = Path.of(postgres).toRealPath().resolveSibling("pg_isready");
        if (Files.isExecutable(isReady)) {
            ways.add(Readiness.probe(often(Probe.command(
                    marked(Command.of(isReady.toString(), "-h", data.toString(), "-p", Integer.toString(port)))))));
        }
        for (Readiness way : ways) {
            ServiceHandle service = supervisor.supervise(postgres().readyWhen(way));
            service.awaitReady(NEVER);
            eventually("it has children", () -> children(service).size() >= 4);
            assertStopped(service);
            assertTrue(service.recentOutput().contains("received fast shutdown request"), service::recentOutput);
        }
    }

    /** Its children are in sessions of their own, and hold the shared memory for which the next one refuses to start. */
    @ParameterizedTest
    @EnumSource(Containment.class)
    void postgresThatWasKilledIsStartedAgainWithoutTheChildrenItHad(Containment containment) throws Exception {
        Skip.unless(
                containment != Containment.CGROUP || Containment.obstacle().isEmpty(),
                "no cgroup can be made here: " + Containment.obstacle().orElse(""));
        String ignored = required("postgres");
        initialize();
        Service postgres = postgres();
        ServiceHandle service =
                supervisor.supervise(Service.of("db", postgres.command().containment(containment))
                        .restart(AT_ONCE.backoff(ofMillis(20), ofMillis(20)))
                        .readyWhen(Readiness.line("database system is ready to accept connections")));
        service.awaitReady(NEVER);
        eventually("it has children", () -> children(service).size() >= 4);
        List<Integer> before = children(service);
        killAndAwaitTheNext(service);
        assertTrue(noneIsAlive(before), "none of those before");
        if (containment != Containment.GROUP) {
            assertEquals(1, service.restarts(), service::recentOutput);
        }
        assertStopped(service);
    }

    // ---- Redis.

    private Service redis() {
        Path socket = directory.resolve("redis");
        Command command = Command.of(required("redis-server"), "--port", Integer.toString(port), "--bind", "127.0.0.1")
                .args("--unixsocket", socket.toString(), "--save", "", "--dir", directory.toString());
        StopPlan plan = StopPlan.signal(Signal.TERM).then(NEVER).kill();
        return Service.of("cache", marked(command.stopPlan(plan))).restart(AT_ONCE);
    }

    private Probe ping() {
        String ping = "\"$0\" -s " + directory.resolve("redis") + " ping | grep -qx PONG";
        return Probe.command(marked(sh(ping).args(required("redis-cli"))));
    }

    @Test
    void redisIsFoundReadyInEachWayAndStops() throws Exception {
        for (Readiness way : List.of(
                Readiness.line("[Rr]eady to accept connections"),
                Readiness.probe(often(Probe.tcp(port))),
                Readiness.probe(often(Probe.unixSocket(directory.resolve("redis")))),
                Readiness.probe(often(ping())))) {
            ServiceHandle service = supervisor.supervise(redis().readyWhen(way));
            service.awaitReady(NEVER);
            assertStopped(service);
        }
    }

    @Test
    void redisThatWasKilledOrHangsIsStartedAgain() throws Exception {
        Probe ping = ping().interval(ofMillis(50)).timeout(ofSeconds(1)).failures(2);
        ServiceHandle service =
                supervisor.supervise(redis().readyWhen(often(ping())).liveness(ping));
        service.awaitReady(NEVER);
        killAndAwaitTheNext(service);
        long second = service.pid().orElseThrow();
        assertTrue(service.child().orElseThrow().signal(Signal.STOP));
        awaitTheNext(service, second);
        assertEquals(2, service.restarts());
        assertStopped(service);
    }
}
