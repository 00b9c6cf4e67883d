package dev.leash.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.support.Eventually;
import dev.leash.support.Skip;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code leash up} under the hands of {@code leash ps} and its like. */
@Timeout(180)
class ControlIT {
    private static final String LOOP = "while :; do sleep 0.05; done";

    @TempDir
    Path temp;

    private final List<Child> ups = new ArrayList<>();
    private Path runtime;

    @BeforeEach
    void makeTheFolders() throws IOException {
        runtime = Files.createDirectory(temp.resolve("runtime"));
    }

    @AfterEach
    void nothingRunsOn() throws Exception {
        for (Child up : ups) {
            up.kill();
            Result ignored = up.await();
        }
    }

    private Command in(Command command) {
        return command.directory(temp).unsetEnv("PORT").env("XDG_RUNTIME_DIR", runtime.toString());
    }

    private Child up(String... arguments) throws Exception {
        Child child = Leash.start(in(Leash.command("up").args(arguments)).stderr(Output.file(temp.resolve("up.err"))));
        ups.add(child);
        return child;
    }

    private Result leash(String... arguments) throws Exception {
        return Leash.run(in(Leash.command(arguments)));
    }

    /** What it writes; it has to succeed. */
    private String ok(String... arguments) throws Exception {
        Result result = leash(arguments);
        assertEquals(0, Leash.status(result), () -> String.join(" ", arguments) + ": " + Leash.err(result));
        return Leash.out(result);
    }

    private void fails(int status, String message, String... arguments) throws Exception {
        Result result = leash(arguments);
        assertTrue(Leash.err(result).contains(message), () -> Leash.err(result) + Leash.out(result));
        assertEquals(status, Leash.status(result), Leash.err(result));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(temp.resolve(name), text);
    }

    /** It cannot be asked before it listens. */
    private void awaitSocket() {
        Eventually.eventually("a socket", () -> {
            try (var all = Files.list(runtime.resolve("leash"))) {
                return all.anyMatch(path -> path.toString().endsWith(".sock"));
            } catch (IOException e) {
                return false;
            }
        });
    }

    private String pid(String service) throws Exception {
        return ok("ps", "--json", service).replaceAll("(?s).*\"pid\":(\\d+).*", "$1");
    }

    private String errorsOfUp() {
        try {
            return Files.readString(temp.resolve("up.err"));
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void psShowsWhatThereIs() throws Exception {
        file("leash.toml", """
                [service.db]
                command = "echo go; %1$s"
                ready.line = "go"
                [service.web]
                command = "%1$s"
                after = "db"
                replicas = 2
                [service.migrate]
                command = "true"
                restart = "never"
                [service.bad]
                command = "exit 3"
                restart = "never"
                """.formatted(LOOP));
        up();
        awaitSocket();
        assertEquals("db: ready\nweb.1: ready\nweb.2: ready\n", ok("wait", "db", "web"));
        Eventually.eventually("bad has failed", () -> {
            try {
                return ok("ps", "bad").contains("failed");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        List<String> rows = ok("ps").lines().toList();
        assertTrue(rows.get(0).matches("NAME +STATE +PID +UPTIME +RESTARTS +CPU +MEMORY +READY SINCE"), rows::toString);
        String number = "[0-9.]+";
        assertTrue(
                rows.get(1)
                        .matches("db +ready +" + number + " +" + number + "s +0 +" + number + "s +" + number
                                + "[KM] +20\\d\\d-.*:\\d\\d"),
                rows::toString);
        assertTrue(rows.stream().anyMatch(row -> row.matches("migrate +succeeded .* exit code 0")), rows::toString);
        assertTrue(rows.stream().anyMatch(row -> row.matches("bad +failed .* exit code 3")), rows::toString);
        String json = ok("ps", "--json", "web.2");
        assertTrue(json.startsWith("{\"name\":\"web.2\",\"state\":\"ready\",\"why\":\"\",\"pid\":"), json);
        assertEquals(1, json.lines().count(), json);
    }

    @Test
    void servicesAreStoppedAndStartedByHand() throws Exception {
        file("leash.toml", """
                [service.db]
                command = "trap 'echo db >>order; exit' TERM; %1$s"
                [service.web]
                command = "trap 'echo web >>order; exit' TERM; %1$s"
                after = "db"
                """.formatted(LOOP));
        Child up = up();
        awaitSocket();
        ok("wait");
        String first = pid("db");
        assertEquals("web: stopped: it was told to stop\ndb: stopped: it was told to stop\n", ok("stop", "db", "web"));
        assertEquals("web\ndb\n", Files.readString(temp.resolve("order")));
        // It waits for whoever has stopped them.
        assertTrue(ok("ps", "web").contains("stopped"));
        assertEquals("db: ready\n", ok("start", "db"));
        String second = pid("db");
        assertFalse(second.equals(first), second);
        assertEquals("db: ready\nweb: ready\n", ok("restart", "--rolling", "--all"));
        assertFalse(pid("db").equals(second), second);
        assertTrue(up.isRunning());
        ok("stop", "--all");
        assertEquals(0, Leash.status(up.await()), errorsOfUp());
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        file("Procfile", "web: " + LOOP + "\n");
        fails(125, "leash: no leash up of Procfile runs here (there is no live socket ", "ps");
        fails(125, "leash: no leash up of other.toml runs here", "ps", "--file=other.toml");
        Child up = up();
        awaitSocket();
        fails(125, "leash: there is no service 'wbe' (did you mean 'web'?)", "stop", "wbe");
        fails(125, "leash: stop needs the NAMEs of services, or --all", "stop");
        fails(125, "leash: stop takes NAMEs or --all, not both", "stop", "--all", "web");
        fails(125, "leash: a leash up of Procfile runs already, pid " + up.pid() + ";", "up");
        // By another path, and by another name of its folder.
        Files.createSymbolicLink(runtime.resolve("link"), temp);
        fails(125, " runs already", "up", runtime + "/link/Procfile");
        assertTrue(ok("ps", "--file", runtime + "/link/Procfile").contains("web "));
        Leash.signal(up, Signal.TERM);
        assertEquals(0, Leash.status(up.await()), errorsOfUp());
        try (var left = Files.list(runtime.resolve("leash"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void whatAKilledOneHasLeftIsTakenOver() throws Exception {
        file("Procfile", "web: " + LOOP + "\n");
        Child killed = up();
        awaitSocket();
        Leash.signal(killed, Signal.KILL);
        Result ignored = killed.await();
        fails(125, "no leash up of Procfile runs here", "ps");
        up();
        Eventually.eventually("the new one answers", () -> {
            try {
                return Leash.status(leash("ps")) == 0;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void logsAreWhatWasWrittenAndFollowWhatIs() throws Exception {
        file("Procfile", """
                a: echo one; echo two >&2; printf 'three\\n'; while [ ! -e go ]; do sleep 0.05; done; printf '\\377\\n'; %1$s
                b: echo b; %1$s
                """.formatted(LOOP));
        Child up = up();
        awaitSocket();
        Eventually.eventually("all lines", () -> {
            try {
                return ok("logs").lines().count() == 4;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertEquals(
                List.of("one", "three", "two"), ok("logs", "a").lines().sorted().toList());
        assertEquals(1, ok("logs", "-n", "1", "a").lines().count());
        assertTrue(ok("logs", "a", "b").contains("b | b\n"));
        Child follower =
                Leash.start(in(Leash.command("logs", "-f", "-n1", "a")).stdout(Output.file(temp.resolve("followed"))));
        Path followed = temp.resolve("followed");
        Eventually.eventually(
                "the last line",
                () -> Files.exists(followed) && followed.toFile().length() > 0);
        Files.createFile(temp.resolve("go"));
        Eventually.eventually("the next line", () -> {
            try {
                return java.util.Arrays.equals(
                        new byte[] {(byte) 0xff, '\n'}, lastBytes(Files.readAllBytes(followed), 2));
            } catch (IOException e) {
                return false;
            }
        });
        Leash.signal(up, Signal.TERM);
        assertEquals(0, Leash.status(follower.await()));
    }

    private static byte[] lastBytes(byte[] all, int count) {
        return java.util.Arrays.copyOfRange(all, Math.max(0, all.length - count), all.length);
    }

    @Test
    void eventsTellEachChange() throws Exception {
        file("Procfile", "a: " + LOOP + "\nb: " + LOOP + "\n");
        Child up = up();
        awaitSocket();
        ok("wait");
        Path told = temp.resolve("told");
        Child events = Leash.start(in(Leash.command("events", "--json", "a")).stdout(Output.file(told)));
        String restarted = "\"from\":\"ready\",\"to\":\"stopping\",\"state\":\"stopping: it was told to restart\"";
        // Nothing tells that it listens by now.
        Eventually.eventually("an event", () -> {
            try {
                ok("restart", "a", "b");
                return Files.readString(told).contains(restarted);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        Leash.signal(up, Signal.TERM);
        assertEquals(0, Leash.status(events.await()));
        String all = Files.readString(told);
        assertTrue(all.lines().allMatch(line -> line.matches("\\{\"time\":\"20.*Z\",\"service\":\"a\",.*}")), all);
    }

    @Test
    void waitTellsReadyFailedAndNotInTime() throws Exception {
        file("leash.toml", """
                [service.slow]
                command = "while [ ! -e go ]; do sleep 0.05; done; echo go; %1$s"
                ready.line = "go"
                [service.bad]
                command = "echo last words; exit 3"
                restart = "never"
                """.formatted(LOOP));
        up();
        awaitSocket();
        fails(124, "leash: slow is not ready in time: it is starting", "wait", "--timeout", "10ms", "slow");
        fails(1, "leash: bad: failed: exit code 3\nleash: bad | last words\n", "wait", "bad");
        Files.createFile(temp.resolve("go"));
        assertEquals("slow: ready\n", ok("wait", "slow"));
    }

    @Test
    void waitAlsoWaitsForALeashUpThatIsJustBeingStarted() throws Exception {
        file("Procfile", "a: " + LOOP + "\n");
        Child wait = Leash.start(in(Leash.command("wait", "--timeout", "50s", "a")));
        up();
        Result result = wait.await();
        assertEquals("a: ready\n", Leash.out(result), Leash.err(result));
    }

    @Test
    void whatIsStartedByHandWaitsForWhatItNeeds() throws Exception {
        file("leash.toml", """
                [service.migrate]
                command = "until [ -e go ]; do sleep 0.05; done"
                restart = "never"
                [service.web]
                command = "%1$s"
                after_success = "migrate"
                essential = true
                [service.other]
                command = "%1$s"
                """.formatted(LOOP));
        Child up = up();
        awaitSocket();
        ok("wait", "other");
        ok("start", "--no-wait", "--all");
        ok("restart", "--no-wait", "web");
        assertTrue(ok("ps", "web").contains("waiting"), ok("ps"));
        Files.createFile(temp.resolve("go"));
        assertEquals(
                "migrate: succeeded\nweb: ready\n",
                ok("wait", "web", "migrate").replace("migrate: ready", "migrate: succeeded"));
        // That is no end of an essential service, which would end all.
        ok("stop", "web");
        assertTrue(ok("ps", "other").contains("ready"));
        ok("stop", "other");
        assertTrue(up.isRunning());
        assertEquals("web: ready\n", ok("start", "web"));
        ok("stop", "--all");
        assertEquals(0, Leash.status(up.await()), errorsOfUp());
    }

    @Test
    void aFolderThatCannotBeListedDoes() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("closed"));
        Files.writeString(folder.resolve("Procfile"), "a: echo run\n");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("-wx------"));
        Result result = leash("up", "closed/Procfile");
        assertEquals("a | run\n", Leash.out(result), Leash.err(result));
        assertFalse(Leash.err(result).contains("control socket"), Leash.err(result));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void aFileThatCannotBeReadAgainHoldsNothingUp() throws Exception {
        Path variables = file("variables", "A=1\n");
        file("leash.toml", "env_file = \"variables\"\n[service.a]\ncommand = '" + LOOP + "'\n");
        Child ignored = up();
        awaitSocket();
        Files.delete(variables);
        assertEquals(0, Leash.status(Leash.run(Command.of("mkfifo", variables.toString()))));
        fails(125, "it is a FIFO, which cannot be read again", "reload");
        Files.delete(variables);
        file("variables", "A=2\n");
        assertEquals("a: changed\n", ok("reload"));
    }

    @Test
    void anEssentialOneThatAReloadTakesAwayIsNotMissed() throws Exception {
        String a = "[service.a]\ncommand = '" + LOOP + "'\n";
        file("leash.toml", a + """
                [service.x]
                command = "exit 1"
                essential = true
                backoff = { initial = "1000s", max = "1000s" }
                """);
        Child up = up();
        awaitSocket();
        ok("wait", "a");
        ok("stop", "a");
        file("leash.toml", a);
        assertEquals("x: removed\n", ok("reload"));
        assertTrue(ok("ps").contains("it was told to stop"));
        ok("start", "a");
        Leash.signal(up, Signal.TERM);
        assertEquals(0, Leash.status(up.await()), errorsOfUp());
    }

    @Test
    void whatWaitsForOneThatHasFailedIsNotWaitedFor() throws Exception {
        file("leash.toml", "[service.other]\ncommand = '" + LOOP + "'\n" + """
                [service.migrate]
                command = "exit 7"
                restart = "never"
                [service.web]
                command = "exec sleep 1000"
                after_success = "migrate"
                """);
        Child ignored = up();
        awaitSocket();
        fails(1, "web: waiting for migrate, which has failed", "wait", "web");
        fails(1, "web: waiting for migrate, which has failed", "start", "web");
    }

    @Test
    void whyItIsNotReadyYetIsSaid() throws Exception {
        file("leash.toml", "[service.a]\ncommand = '" + LOOP + "'\nready = { unix = \"nothing\" }\n");
        Child ignored = up();
        awaitSocket();
        Eventually.eventually("ps tells why", () -> ok("ps").contains("unix socket"));
        fails(124, "a is not ready in time: it is starting: unix socket ", "wait", "--timeout=100ms", "a");
    }

    @Test
    void oneThatStandsStillIsNotWaitedForWithoutEnd() throws Exception {
        file("Procfile", "a: " + LOOP + "\n");
        Child up = up();
        awaitSocket();
        ok("wait");
        Leash.signal(up, Signal.STOP);
        fails(124, "does not answer: it stands still", "wait", "--timeout=100ms", "a");
        Leash.signal(up, Signal.CONT);
        fails(125, "--rolling waits for each", "restart", "--rolling", "--no-wait", "a");
    }

    @Test
    void manyWhoWatchLeaveAPlaceForWhoActs() throws Exception {
        file("Procfile", "a: " + LOOP + "\n");
        Child ignored = up();
        awaitSocket();
        ok("wait");
        Path socket;
        try (var all = Files.list(runtime.resolve("leash"))) {
            socket = all.filter(path -> path.toString().endsWith(".sock"))
                    .findFirst()
                    .orElseThrow();
        }
        List<SocketChannel> watching = new ArrayList<>();
        try {
            for (int i = 0; i < 80; i++) {
                SocketChannel one = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                watching.add(one);
                int written = one.write(ByteBuffer.wrap("{\"version\":1,\"command\":\"events\"}\n".getBytes(UTF_8)));
                assertTrue(written > 0);
            }
            Eventually.eventually("no more may watch", () -> {
                Result more = leash("wait");
                return Leash.err(more).contains("80 others ask this leash up already");
            });
            assertEquals("a: stopped: it was told to stop\n", ok("stop", "a"));
        } finally {
            for (SocketChannel one : watching) {
                one.close();
            }
        }
    }

    @Test
    void theFileIsReadAgain() throws Exception {
        String rest = "[service.same]\ncommand = '" + LOOP + "'\n";
        file(
                "leash.toml",
                rest + "[service.old]\ncommand = '" + LOOP + "'\n[service.other]\ncommand = '" + LOOP + "'\n");
        Child up = up();
        awaitSocket();
        ok("wait");
        String same = pid("same");
        String other = pid("other");
        assertEquals("nothing has changed\n", ok("reload"));
        file("leash.toml", rest + "[service.old]\ncomand = 'x'\n");
        fails(125, "leash: leash.toml:4: ", "reload");
        assertEquals(3, ok("ps", "--json").lines().count());
        file(
                "leash.toml",
                rest + "[service.other]\ncommand = 'true; " + LOOP + "'\n[service.new]\ncommand = '" + LOOP + "'\n");
        assertEquals("old: removed\nother: changed\nnew: new\n", ok("reload"));
        ok("wait");
        assertEquals(
                List.of("NAME", "new", "other", "same"),
                ok("ps").lines()
                        .map(line -> line.replaceAll(" .*", ""))
                        .sorted()
                        .toList());
        assertEquals(same, pid("same"));
        assertFalse(pid("other").equals(other));
        assertTrue(errorsOfUp().contains("leash: new: ready\n"), errorsOfUp());
        Leash.signal(up, Signal.TERM);
        assertEquals(0, Leash.status(up.await()), errorsOfUp());
    }

    @Test
    void aServiceReadsItsOwnConfigurationAgain() throws Exception {
        file("Procfile", "a: trap ': >got' HUP; echo up; " + LOOP + "\nb: exit 0\n");
        up();
        awaitSocket();
        Eventually.eventually("its trap is set", () -> {
            try {
                return ok("logs", "a").equals("up\n");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertEquals("a: reloaded\n", ok("reload", "a"));
        Leash.awaitFile(temp.resolve("got"));
        fails(1, "leash: b: service b does not run", "reload", "b");
    }

    @Test
    void otherUsersAreRefused() throws Exception {
        file("Procfile", "web: " + LOOP + "\n");
        up();
        awaitSocket();
        Path socket;
        try (var all = Files.list(runtime.resolve("leash"))) {
            socket = all.filter(path -> path.toString().endsWith(".sock"))
                    .findFirst()
                    .orElseThrow();
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        Skip.unless(
                (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "only root can become another user");
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no /usr/bin/python3 to ask with");
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/setpriv")), "there is no setpriv to become another user with");
        // All doors are open but the one that the kernel keeps: who it is.
        for (Path open : List.of(temp, runtime, runtime.resolve("leash"))) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        Result stranger = Leash.run(Command.of(
                "setpriv", "--reuid", "65534", "--clear-groups", "/usr/bin/python3", "-c", """
                import socket, sys
                s = socket.socket(socket.AF_UNIX)
                s.connect(sys.argv[1])
                s.settimeout(30)
                try:
                    s.sendall(b'{"version":1,"command":"ps"}\\n')
                    sys.exit(s.recv(100) != b'')
                except (BrokenPipeError, ConnectionResetError):
                    pass
                """, socket.toString()));
        assertEquals(0, Leash.status(stranger), Leash.err(stranger));
        assertTrue(ok("ps").contains("web "));
    }

    @Test
    void withoutAPlaceForASocketItRuns() throws Exception {
        Result result = Leash.run(in(Leash.shell("echo 'a: echo run' | exec \"$LEASH\" up /dev/stdin")));
        assertEquals("a | run\n", Leash.out(result), Leash.err(result));
        assertEquals(0, Leash.status(result));
        assertTrue(Leash.err(result).contains("leash: there is no control socket, "), Leash.err(result));
    }

    @Test
    void besideTheFileWithoutARuntimeFolder() throws Exception {
        file("Procfile", "web: " + LOOP + "\n");
        Path session = runtime;
        runtime = temp.resolve("not there");
        Child up = up();
        Leash.awaitFile(temp.resolve(".Procfile.leash.sock"));
        assertTrue(ok("ps").contains("web "));
        runtime = session; // a shell that has one
        assertTrue(ok("ps").contains("web "));
        fails(125, " runs already, pid " + up.pid() + ";", "up");
        Leash.signal(up, Signal.TERM);
        assertEquals(0, Leash.status(up.await()), errorsOfUp());
        assertFalse(Files.exists(temp.resolve(".Procfile.leash.sock"))
                || Files.exists(temp.resolve(".Procfile.leash.lock")));
    }
}
