package dev.leash.cli;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code leash up} as its caller sees it. */
@Timeout(120)
class UpIT {
    @TempDir
    Path temp;

    private Command up(String... arguments) {
        return Leash.command("up").args(arguments).directory(temp).unsetEnv("PORT");
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(temp.resolve(name), text);
    }

    private static List<String> sorted(String lines) {
        return lines.lines().sorted().toList();
    }

    private boolean isAlive(String pidFile) throws IOException {
        String pid = Files.readString(temp.resolve(pidFile)).strip();
        Path status = Path.of("/proc", pid, "status");
        try {
            return !Files.readString(status).contains("State:\tZ");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aProcfileIsRunWithNamesBeforeItsLinesUntilAllHaveEnded() throws Exception {
        file("Procfile", "web: echo $PORT $PS $A; echo bad >&2; printf tail\nb-2: echo $PORT\n");
        file(".env", "A='x y'\n");
        Result result = Leash.run(up());
        assertEquals(List.of("b-2 | 5100", "web | 5000 web.1 x y", "web | tail"), sorted(Leash.out(result)));
        List<String> errors = sorted(Leash.err(result));
        assertTrue(errors.contains("web | bad"), errors::toString);
        assertTrue(errors.contains("leash: web: ready"), errors::toString);
        assertTrue(errors.stream().allMatch(line -> line.startsWith("web | ") || line.startsWith("leash: ")));
        assertEquals(0, Leash.status(result));
    }

    @Test
    void aServiceThatFailsForGoodIsTheExitStatus() throws Exception {
        file("leash.toml", "[service.a]\ncommand = 'exit 3'\nrestart = 'never'\n[service.b]\ncommand = 'echo b'\n");
        Result result = Leash.run(up());
        assertEquals(1, Leash.status(result), Leash.err(result));
        assertEquals("b | b\n", Leash.out(result));
        assertTrue(Leash.err(result).contains("leash: a: failed: exit code 3\n"), Leash.err(result));
    }

    @Test
    void aServiceThatFailsIsRestartedUntilThatIsTooOften() throws Exception {
        file("leash.toml", """
                [service.a]
                command = "echo run; exit 1"
                backoff = { initial = "1ms", max = "2ms" }
                max_restarts.count = 2
                """);
        Result result = Leash.run(up());
        assertEquals("a | run\n".repeat(3), Leash.out(result));
        assertTrue(Leash.err(result).contains("leash: a: exit code 1; restarting in 0.0 s\n"), Leash.err(result));
        assertFalse(Leash.err(result).contains("WARNING"), Leash.err(result));
        assertEquals(1, Leash.status(result));
    }

    @Test
    void servicesStartAfterThoseTheyNeedAndStopBeforeThem() throws Exception {
        file("leash.toml", """
                [service.web]
                command = "cat ready; trap 'echo web >>order; exit' TERM; : >up; while :; do sleep 0.05; done"
                after = "db"
                after_success = "migrate"
                [service.migrate]
                command = "echo migrated >>ready"
                after = "db"
                restart = "never"
                [service.db]
                command = "trap 'echo db >>order; exit' TERM; sleep 0.2; echo db >>ready; echo go; while :; do sleep 0.05; done"
                ready.line = "^go$"
                """);
        Child child = Leash.start(up());
        Leash.awaitFile(temp.resolve("up"));
        Leash.signal(child, Signal.TERM);
        Result result = child.await();
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertEquals("web\ndb\n", Files.readString(temp.resolve("order")));
        assertTrue(Leash.out(result).contains("web | db\nweb | migrated\n"), Leash.out(result));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void nothingIsLeftAfterASignal(String signal) throws Exception {
        file("Procfile", "a: sleep 1000 & echo $! >pid; echo $$ >shell; wait\n");
        Child child = Leash.start(up());
        Leash.awaitFile(temp.resolve("shell"));
        Leash.signal(child, Signal.parse(signal));
        Result result = child.await();
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertFalse(isAlive("pid") || isAlive("shell"));
    }

    @Test
    void aSecondSignalKills() throws Exception {
        file("Procfile", "a: trap ': >got' TERM; : >up; while :; do sleep 0.05; done\n");
        Child child = Leash.start(up());
        Leash.awaitFile(temp.resolve("up"));
        Leash.signal(child, Signal.INT);
        Leash.awaitFile(temp.resolve("got"));
        assertTrue(child.isRunning());
        Leash.signal(child, Signal.INT);
        Result result = child.await();
        assertEquals(0, Leash.status(result), Leash.err(result));
    }

    /** A pager that shows nothing more, for example. */
    @Test
    void aSecondSignalEndsItThoughNobodyReads() throws Exception {
        file("Procfile", "a: echo $$ >pid; : >up; exec yes 0123456789\n");
        Path pipe = temp.resolve("pipe");
        assertEquals(0, Leash.status(Leash.run(Command.of("mkfifo", pipe.toString()))));
        Child reader = Leash.start(Command.shell("exec sleep 1000 <" + pipe));
        Child child = Leash.start(up().stdout(Output.file(pipe)));
        Leash.awaitFile(temp.resolve("up"));
        Leash.signal(child, Signal.TERM);
        Eventually.eventually("the service is stopped", () -> !isAlive("pid"));
        Leash.signal(child, Signal.TERM);
        Result ignored = child.await();
        reader.kill();
        ignored = reader.await();
    }

    @Test
    void itEndsWhenAllThatIsLeftWaitsForOneThatHasFailed() throws Exception {
        file("leash.toml", """
                [service.migrate]
                command = "exit 7"
                restart = "never"
                [service.web]
                command = "exec sleep 1000"
                after_success = "migrate"
                [service.proxy]
                command = "exec sleep 1000"
                after = "web"
                """);
        Result result = Leash.run(up());
        assertEquals(1, Leash.status(result), Leash.err(result));
        assertTrue(Leash.err(result).contains("leash: migrate: failed: exit code 7"), Leash.err(result));
    }

    @Test
    void whatTheManagerOfLeashHasToldItIsNotForServices() throws Exception {
        file("Procfile", "a: echo $NOTIFY_SOCKET $WATCHDOG_USEC $WATCHDOG_PID $LISTEN_FDS end\n");
        Result result = Leash.run(up().env("NOTIFY_SOCKET", "/run/systemd/notify")
                .env("WATCHDOG_USEC", "1000000")
                .env("WATCHDOG_PID", "1"));
        assertEquals("a | end\n", Leash.out(result), Leash.err(result));
    }

    @Test
    void otherSignalsArePassedOn() throws Exception {
        file("Procfile", "a: trap 'echo got; exit 0' USR1; : >up; while :; do sleep 0.05; done\n");
        Child child = Leash.start(up());
        Leash.awaitFile(temp.resolve("up"));
        Leash.signal(child, Signal.USR1);
        Result result = child.await();
        assertTrue(Leash.out(result).endsWith("a | got\n"), Leash.out(result));
        assertEquals(0, Leash.status(result), Leash.err(result));
    }

    @Test
    void allEndWithAnEssentialService() throws Exception {
        file("leash.toml", """
                [service.a]
                command = "sleep 1000"
                [service.b]
                command = "exit 0"
                essential = true
                after = "a"
                """);
        Result result = Leash.run(up());
        assertEquals(0, Leash.status(result), Leash.err(result));
    }

    @Test
    void nothingIsLeftWhenLeashIsKilled() throws Exception {
        file("Procfile", "a: sleep 1000 & echo $! >pid; echo $$ >shell; wait\n");
        Child child = Leash.start(up());
        Leash.awaitFile(temp.resolve("shell"));
        Leash.signal(child, Signal.KILL);
        Result ignored = child.await();
        Eventually.eventually("nothing of it is alive", () -> {
            try {
                return !isAlive("pid") && !isAlive("shell");
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void aServiceThatSaysItIsReadyIsWaitedFor() throws Exception {
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no /usr/bin/python3 to send with");
        file("leash.toml", """
                [service.a]
                command = ["/usr/bin/python3", "-c", \"""
                import os, socket, time
                print('says it', flush=True)
                s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                s.connect(os.environ['NOTIFY_SOCKET'])
                s.send(b'READY=1')
                time.sleep(1000)
                \"""]
                ready = "notify"
                watchdog = "10m"
                stop = "KILL"
                [service.b]
                command = "echo b"
                after = "a"
                essential = true
                """);
        Result result = Leash.run(up());
        assertEquals("a | says it\nb | b\n", Leash.out(result), Leash.err(result));
        assertEquals(0, Leash.status(result), Leash.err(result));
    }

    @Test
    void someNamesRunThoseAndWhatTheyNeed() throws Exception {
        file("leash.toml", """
                [service]
                a.command = "echo $PORT"
                b.command = "echo $PORT; : >b"
                b.after = "c"
                c.command = "echo $PORT; sleep 1000"
                """);
        Result result = Leash.run(up("leash.toml", "a"));
        assertEquals("a | 5000\n", Leash.out(result));
        Child child = Leash.start(up("b").env("PORT", "7000"));
        Leash.awaitFile(temp.resolve("b"));
        Leash.signal(child, Signal.TERM);
        Result some = child.await();
        assertEquals(List.of("b | 7100", "c | 7200"), sorted(Leash.out(some)), Leash.err(some));
        Result unknown = Leash.run(up("bb"));
        assertEquals(
                "leash: there is no service 'bb' (there are: a, b, c; a FILE has '/' or '.' in its name)\n",
                Leash.err(unknown));
        assertEquals(125, Leash.status(unknown));
    }

    @Test
    void replicasHaveNamesAndPortsOfTheirOwn() throws Exception {
        file("leash.toml", "service.x.command='true'\n[service.w]\ncommand='echo $PORT $LEASH_REPLICA'\nreplicas=3\n");
        Result result = Leash.run(up().env("PORT", "6000"));
        assertEquals(
                List.of("w.1 | 6100 1", "w.2 | 6101 2", "w.3 | 6102 3"), sorted(Leash.out(result)), Leash.err(result));
    }

    @Test
    void servicesRunInTheFolderOfTheirFile() throws Exception {
        Path folder = Files.createDirectories(temp.resolve("some dir/sub"));
        file("some dir/leash.toml", """
                [service]
                a = { command = ["pwd"] }
                b = { command = "pwd", directory = "sub", log = "b.log" }
                """);
        Result result = Leash.run(up("some dir/leash.toml"));
        assertEquals(
                List.of("a | " + folder.getParent().toRealPath(), "b | " + folder.toRealPath()),
                sorted(Leash.out(result)));
        assertEquals(folder.toRealPath() + "\n", Files.readString(temp.resolve("some dir/b.log")));
    }

    @Test
    void aTerminalGetsColoursUnlessTheyAreNotWanted() throws Exception {
        file("Procfile", "a: echo x\nlong: echo y\n");
        Result coloured = Leash.run(Leash.shell("cd \"$1\"; \"$LEASH\" up 2>/dev/null", temp.toString())
                .terminal(80, 24)
                .env("TERM", "xterm"));
        assertTrue(Leash.out(coloured).contains("\033[36ma    |\033[0m x"), Leash.out(coloured));
        Result plain = Leash.run(Leash.shell("cd \"$1\"; \"$LEASH\" up 2>/dev/null", temp.toString())
                .terminal(80, 24)
                .env("TERM", "xterm")
                .env("NO_COLOR", "1"));
        assertTrue(Leash.out(plain).contains("a | x"), Leash.out(plain));
        assertFalse(Leash.out(plain).contains("\033"), Leash.out(plain));
    }

    @Test
    void longOutputOfManyIsInWholeLines() throws Exception {
        String writer =
                "i=0; while [ $i -lt 300 ]; do echo $i-0123456789012345678901234567890123456789; i=$((i+1)); done\n";
        file("Procfile", "a: " + writer + "b: " + writer + "c: " + writer);
        Result result = Leash.run(up());
        assertEquals(900, Leash.out(result).lines().count());
        assertTrue(Leash.out(result).lines().allMatch(line -> line.matches("[abc] \\| \\d+-[0-9]{40}")));
    }

    @Test
    void aReaderThatGoesAwayEndsIt() throws Exception {
        file("Procfile", "a: while :; do echo x; sleep 0.01; done\n");
        Result result = Leash.run(
                Leash.shell("cd \"$1\"; { \"$LEASH\" up 2>/dev/null; echo $? >status; } | head -n 1", temp.toString()));
        assertEquals("a | x\n", Leash.out(result));
        assertEquals("141", Files.readString(temp.resolve("status")).strip());
    }

    @Test
    void checkLooksForThePlacesThatTheFileNames() throws Exception {
        file("leash.toml", "[service.a]\ncommand = 'true'\nlog = '/tmp'\ndirectory = 'none'\n");
        Result result = Leash.run(up("--check"));
        assertEquals(125, Leash.status(result));
        assertEquals(
                List.of(
                        "leash.toml:3: service.a.log: /tmp is a directory; name a file in it",
                        "leash.toml:4: service.a.directory: there is no none; make it"),
                Leash.err(result).lines().toList());
        Files.createDirectory(temp.resolve("none"));
        file("leash.toml", "[service.a]\ncommand = 'true'\nlog = 'none/a.log'\ndirectory = 'none'\n");
        assertEquals("OK: 1 service in leash.toml\n", Leash.out(Leash.run(up("--check"))));
    }

    @Test
    void aLongChainIsCheckedAtOnce() throws Exception {
        StringBuilder text = new StringBuilder("[service.s0]\ncommand = 'true'\n");
        for (int number = 1; number < 5000; number++) {
            text.append("[service.s").append(number).append("]\ncommand = 'true'\nafter = 's");
            text.append(number - 1).append("'\n");
        }
        file("leash.toml", text.toString());
        Result result = Leash.run(up("--check"));
        assertEquals("OK: 5000 services in leash.toml\n", Leash.out(result), Leash.err(result));
    }

    @Test
    void checkTellsAllThatIsWrongAndStartsNothing() throws Exception {
        file("leash.toml", "[service.a]\ncomand = 'touch started'\nrestart = 'x'\n");
        Result result = Leash.run(up("--check"));
        assertEquals(125, Leash.status(result));
        assertEquals(
                List.of(
                        "leash.toml:1: service.a.command: is missing; say what to run, such as command = './server'",
                        "leash.toml:2: service.a.comand: there is no such key (did you mean 'command'?)",
                        "leash.toml:3: service.a.restart: can be 'always', 'on-failure' or 'never', not 'x'"),
                Leash.err(result).lines().toList());
        assertEquals("", Leash.out(result));
        file("Procfile", "a: touch started\n");
        assertEquals("OK: 1 service in Procfile\n", Leash.out(Leash.run(up("--check", "Procfile"))));
        assertFalse(Files.exists(temp.resolve("started")));
    }

    @Test
    void aFileThatIsNotThereIsOneSentence() throws Exception {
        Result result = Leash.run(up());
        assertEquals(
                "leash: there is neither leash.toml nor Procfile in this directory: name a FILE; try 'leash up --help'\n",
                Leash.err(result));
        assertEquals(125, Leash.status(result));
        assertEquals(
                "leash: cannot open the file of services no.toml: No such file or directory (ENOENT)\n",
                Leash.err(Leash.run(up("no.toml"))));
    }

    @Test
    void asTheFirstProcessItReapsWhatItAdopts() throws Exception {
        Result probe = Leash.sh("unshare --pid --fork --mount-proc true");
        Assumptions.assumeTrue(Leash.status(probe) == 0, "no pid namespace can be made here: " + Leash.err(probe));
        file(
                "Procfile",
                "a: (setsid sh -c 'sleep 0.1 & exit' &); sleep 0.5; n=0;"
                        + " while grep -ls '^State:.Z' /proc/[0-9]*/status >/dev/null && [ $n -lt 100 ];"
                        + " do n=$((n+1)); sleep 0.1; done; echo $n\n");
        Result result =
                Leash.sh("cd \"$1\"; unshare --pid --fork --kill-child --mount-proc \"$LEASH\" up", temp.toString());
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertTrue(Leash.out(result).matches("a \\| \\d{1,2}\n"), Leash.out(result) + Leash.err(result));
    }
}
