package dev.leash.cli;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.support.Ports;
import dev.leash.support.ProcScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code leash up} is killed at any moment, again and again. Nothing of its services may be left, and nothing that it has left
 * itself may be in the way of the next one. How often: property {@code leash.test.upKills}; and what decides about the
 * moments is printed when it fails, for {@code leash.test.seed}.
 */
@Timeout(1200)
class UpKilledIT {
    private static final int KILLS = Integer.getInteger("leash.test.upKills", 10);
    private static final int LATEST_MILLIS = 1000;
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    /** Without a cgroup, what has left the group of a JVM that was killed is left: the guardian knows the group only. */
    private static final String DAEMON = """
            [service.daemon]
            command = "(setsid sh -c 'sleep 1000 & wait' &); echo up; sleep 1000"
            containment = "cgroup"
            """;

    private static final String SERVICES = """
            [service.family]
            command = "sleep 1000 & sh -c 'sleep 1000 & wait' & echo up; wait"
            ready.line = "^up$"

            [service.logs]
            command = "i=0; while :; do i=$((i+1)); echo line $i of $$; done"
            log = { file = "logs/out.log", max_size = "256k", keep = 3 }
            after = "family"

            [service.notifies]
            command = "sleep 1000 & wait"
            ready = "notify"
            watchdog = "10m"
            containment = "strongest"

            [service.crashes]
            command = "sleep 1000 & exit 1"
            backoff = { initial = "5ms", max = "20ms" }
            max_restarts = "unlimited"

            [service.server]
            command = ["sh", "server"]
            ready.line = "listening"
            """;

    /** Without SO_REUSEADDR, and it ends at once if the port is taken. */
    private static final String SERVER = """
            if [ -x PYTHON ]; then
                exec PYTHON -S -c 'import socket, time
            s = socket.socket()
            s.bind(("127.0.0.1", FREE_PORT))
            s.listen()
            print("listening", flush=True)
            time.sleep(1000)'
            fi
            echo 'not listening: there is no python3'
            exec sleep 1000
            """;

    @TempDir
    Path temp;

    private final String marker = ProcScan.newMarker();
    private final long seed =
            Long.getLong("leash.test.seed", ThreadLocalRandom.current().nextLong());
    private final Random random = new Random(seed);

    private Path session;

    private Child up() throws Exception {
        return Leash.start(Leash.command("up")
                .directory(temp)
                .timeout(Duration.ofSeconds(100))
                .env(ProcScan.MARKER_VARIABLE, marker)
                .env("XDG_RUNTIME_DIR", session.toString())
                .unsetEnv("PORT"));
    }

    private void prepare() throws IOException {
        String daemon = Containment.obstacle().isEmpty() ? DAEMON : "";
        Files.writeString(temp.resolve("leash.toml"), SERVICES + daemon);
        Files.writeString(
                temp.resolve("server"),
                SERVER.replace("PYTHON", PYTHON.toString()).replace("FREE_PORT", Integer.toString(Ports.free())));
        Files.createDirectory(temp.resolve("logs"));
        session = Files.createDirectory(temp.resolve("session"));
    }

    private static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** Files that have the number of a JVM that was killed in their names. */
    private static List<Path> leftOf(List<Long> pids) throws IOException {
        List<Path> left = new ArrayList<>();
        for (String folder : List.of("/tmp", "/dev/shm", "/run", "/var/tmp")) {
            for (Path file : in(Path.of(folder))) {
                String name = file.getFileName().toString();
                if (name.contains("leash") && pids.stream().anyMatch(pid -> name.contains("-" + pid + "-"))) {
                    left.add(file);
                }
            }
        }
        return left;
    }

    @Test
    void nothingIsLeftWheneverItIsKilledAndTheNextOneStartsCleanly() throws Exception {
        prepare();
        List<Long> killed = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            Child child = up();
            killed.add(child.pid());
            if (i % 2 == 0) { // in a start, or later
                Path log = temp.resolve("logs/out.log");
                long size = Files.exists(log) ? Files.size(log) : 0;
                eventually("it logs", () -> Files.exists(log) && Files.size(log) != size);
            }
            Thread.sleep(random.nextInt(LATEST_MILLIS)); // the moment is the matter of the test
            assertTrue(child.isRunning(), () -> "seed " + seed + ": it has ended by itself");
            Leash.signal(child, Signal.KILL);
            int number = i;
            eventually(
                    "nothing is alive of number " + number + ", seed " + seed + ": " + ProcScan.withMarker(marker),
                    () -> ProcScan.withMarker(marker).isEmpty());
            Result result = child.await();
            assertFalse(Leash.err(result).contains("failed"), Leash.err(result));
        }
        assertTrue(in(session).size() <= 3, "each removes what the one before has left: " + in(session));
        theNextOneStartsCleanly();
        assertEquals(List.of(), leftOf(killed));
        assertLogsAreWhole();
    }

    private void theNextOneStartsCleanly() throws Exception {
        StringBuffer said = new StringBuffer();
        Child child = Leash.start(Leash.command("up")
                .directory(temp)
                .env(ProcScan.MARKER_VARIABLE, marker)
                .env("XDG_RUNTIME_DIR", session.toString())
                .unsetEnv("PORT")
                .stderr(Output.lines(line -> said.append(line).append('\n'))));
        for (String service : List.of("family", "logs", "server")) {
            eventually(service + " is ready", () -> said.indexOf("leash: " + service + ": ready\n") >= 0);
        }
        assertEquals(2, in(session).size(), "its folder of control sockets, and one socket: " + in(session));
        assertEquals(2, in(session.resolve("leash")).size(), "socket and lock: " + in(session.resolve("leash")));
        Leash.signal(child, Signal.TERM);
        Result result = child.await();
        assertEquals(0, Leash.status(result), said::toString);
        assertTrue(Leash.out(result).contains("listening"), () -> "the port is free: " + said);
        assertEquals(List.of(), ProcScan.withMarker(marker));
        assertEquals(List.of(), in(session.resolve("leash")));
        Files.delete(session.resolve("leash"));
        assertEquals(List.of(), in(session));
    }

    private void assertLogsAreWhole() throws IOException {
        List<Path> files = in(temp.resolve("logs"));
        assertTrue(files.size() <= 4, files::toString);
        Set<String> writers = new HashSet<>();
        for (Path file : files) {
            assertTrue(Files.size(file) <= 256 * 1024, () -> file + " is too large");
            for (String line : Files.readAllLines(file)) {
                assertTrue(line.matches("line \\d+ of \\d+"), () -> file + " has '" + line + "'");
                writers.add(line.substring(line.indexOf("of")));
            }
        }
        assertTrue(writers.size() >= 2 || files.size() == 4, () -> "it goes on where another was killed: " + writers);
    }
}
