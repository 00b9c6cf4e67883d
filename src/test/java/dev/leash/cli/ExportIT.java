package dev.leash.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.support.Skip;
import dev.leash.support.UnitText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code leash export systemd} as its caller sees it, and its units as systemd does. */
@Timeout(120)
class ExportIT {
    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

    /** What only later versions of systemd know: it warns, and goes on. */
    private static final String LATER = ".*Unknown key( name)? '(RestartSteps|RestartMaxDelaySec|RestartMode)'.*";

    @TempDir
    Path temp;

    private Path shop;

    @BeforeEach
    void aFolder() throws IOException {
        shop = Files.createDirectories(temp.toRealPath().resolve("shop"));
    }

    private Command export(String... arguments) {
        return Leash.command("export", "systemd")
                .args(arguments)
                .directory(shop)
                .unsetEnv("PORT");
    }

    private void file(String name, String text) throws IOException {
        Files.write(shop.resolve(name), text.getBytes(ISO_8859_1));
    }

    private void program(String name, String text) throws IOException {
        Path file = shop.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Exports into the folder {@code units}. */
    private Result exported(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("-o", "units"));
        all.addAll(List.of(arguments));
        Result result = Leash.run(export(all.toArray(new String[0])));
        assertEquals(0, Leash.status(result), Leash.err(result));
        return result;
    }

    private UnitText unit(String name) throws IOException {
        return UnitText.of(Files.readString(shop.resolve("units").resolve(name), ISO_8859_1));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(shop.resolve("units"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Runs a command line of a unit as systemd would, in the folder. */
    private int run(List<String> command, String mainPid) throws Exception {
        return Leash.status(Leash.run(
                Command.of(command).directory(shop).env("MAINPID", mainPid).timeout(java.time.Duration.ofSeconds(60))));
    }

    @Test
    void aProcfileBecomesAUnitForEachLineAndATarget() throws Exception {
        file("Procfile", "web: exec ./web -p $PORT \"50%\" '\u00e9'\nworker: sleep 1000\n");
        file(".env", "SECRET='a \"b\" $c %d \\'\nPORT=7000\n");
        Result result = exported();
        String units = shop.resolve("units").toString();
        assertEquals(
                List.of("shop-web.service", "shop-worker.service", "shop.target"),
                Leash.out(result)
                        .lines()
                        .map(line -> line.replace("units/", ""))
                        .toList());
        assertEquals(List.of("shop-web.service", "shop-worker.service", "shop.target"), names(), units);
        UnitText web = unit("shop-web.service");
        assertEquals(List.of("/bin/sh", "-c", "exec ./web -p $PORT \"50%\" '\u00e9'"), web.command("ExecStart"));
        List<String> variables = web.all("Environment").stream()
                .flatMap(value -> UnitText.words(value).stream())
                .toList();
        assertEquals(List.of("SECRET=a \"b\" $c %d \\", "PORT=7000", "PS=web.1", "LEASH_REPLICA=1"), variables);
        assertEquals(shop.toString(), web.one("WorkingDirectory"));
        assertEquals("on-failure", web.one("Restart"));
        assertEquals("SIGHUP SIGINT SIGTERM SIGPIPE", web.one("RestartForceExitStatus"));
        assertEquals("11", web.one("StartLimitBurst"));
        assertEquals("shop.target", web.one("PartOf"));
        UnitText target = unit("shop.target");
        assertEquals(List.of("shop-web.service", "shop-worker.service"), target.all("Wants"));
        assertEquals("multi-user.target", target.one("WantedBy"));
        assertTrue(
                Leash.err(result).contains("leash: web, worker: not in systemd: backoff.reset_after: "),
                Leash.err(result));
    }

    @Test
    void eachKeyBecomesTheOneOfSystemd() throws Exception {
        program("bin/web", "#!/bin/sh\n");
        file("leash.toml", """
                [service.migrate]
                command = "true"
                [service.db]
                command = ["./bin/web", "a b"]
                [service.web]
                command = "exec web"
                directory = "bin"
                env = { "a-b" = "1" }
                after = "db"
                after_success = "migrate"
                ready = "notify"
                watchdog = "30s"
                start_timeout = "20s"
                replicas = 2
                restart = "always"
                success_codes = [0, 3]
                success_signals = "USR1"
                backoff = { initial = "1s", max = "8s", factor = 2, jitter = 0 }
                max_restarts = { count = 5, within = "2m" }
                stop = ["INT", "5s", "KILL"]
                reload = "USR2"
                log = "web 1.log"
                memory = "64M"
                pids = 9
                cpu = 1.5
                nofile = 100
                nice = 3
                """);
        Result result = exported("--run-as", "shop");
        assertEquals(
                List.of(
                        "shop-db.service",
                        "shop-migrate.service",
                        "shop-web.1.service",
                        "shop-web.2.service",
                        "shop.target"),
                names());
        UnitText web = unit("shop-web.2.service");
        assertEquals(List.of("/usr/bin/env", "--", "a-b=1", "/bin/sh", "-c", "exec web"), web.command("ExecStart"));
        assertTrue(web.all("Environment").containsAll(List.of("\"PORT=5201\"", "\"LEASH_REPLICA=2\"")), web::toString);
        List<String> expected = List.of(
                "User=shop",
                "WorkingDirectory=" + shop + "/bin",
                "Wants=shop-db.service",
                "After=shop-db.service",
                "Requires=shop-migrate.service",
                "After=shop-migrate.service",
                "Type=notify",
                "NotifyAccess=all",
                "WatchdogSec=30s",
                "WatchdogSignal=SIGINT",
                "TimeoutStartSec=20s",
                "Restart=always",
                "SuccessExitStatus=3 SIGUSR1",
                "RestartSec=1s",
                "RestartSteps=3",
                "RestartMaxDelaySec=8s",
                "StartLimitBurst=6",
                "StartLimitIntervalSec=120s",
                "KillSignal=SIGINT",
                "TimeoutStopSec=5s",
                "KillMode=control-group",
                "StandardOutput=append:" + shop + "/web 1.log",
                "StandardError=append:" + shop + "/web 1.log",
                "MemoryMax=67108864",
                "MemorySwapMax=0",
                "TasksMax=9",
                "CPUQuota=150%",
                "LimitNOFILE=100",
                "Nice=3");
        assertTrue(web.lines().containsAll(expected), () -> {
            List<String> missing = new ArrayList<>(expected);
            missing.removeAll(web.lines());
            return "missing: " + missing;
        });
        assertEquals("kill -USR2 \"$MAINPID\"", web.command("ExecReload").getLast());
        UnitText migrate = unit("shop-migrate.service");
        assertEquals("oneshot", migrate.one("Type"));
        assertEquals("yes", migrate.one("RemainAfterExit"));
        UnitText db = unit("shop-db.service");
        assertEquals("exec", db.one("Type"));
        assertEquals(List.of(shop + "/bin/web", "a b"), db.command("ExecStart"));
        assertFalse(Leash.err(result).contains("root"), Leash.err(result));
    }

    @Test
    void whatSystemdHasNoWordForIsToldTwice() throws Exception {
        file("leash.toml", """
                strategy = "rest-for-one"
                [service.a]
                command = ["no-such-program-here"]
                ready.tcp = 80
                liveness.tcp = 80
                essential = true
                stop = ["INT", "5s", "TERM", "5s"]
                log = { file = "a.log", keep = 3 }
                backoff.jitter = 0.5
                success_codes = 1
                [service.b]
                command = "true"
                ready.line = "x"
                restart = "never"
                after = "a"
                """);
        Result result = exported();
        List<String> told = Leash.err(result).lines().toList();
        String unit = Files.readString(shop.resolve("units/shop-a.service"));
        for (String key : List.of(
                "ready.tcp",
                "liveness",
                "essential",
                "stop with several signals",
                "log.max_size, keep, max_age",
                "backoff.jitter",
                "backoff.reset_after",
                "success_codes without 0")) {
            assertTrue(told.stream().anyMatch(line -> line.startsWith("leash: a: not in systemd: " + key + ": ")), key);
            assertTrue(unit.contains("\n# not in systemd: " + key + ": "), key);
        }
        assertTrue(Leash.err(result).contains("leash: b: not in systemd: ready.line: "), Leash.err(result));
        assertTrue(Leash.err(result).contains("leash: shop.target: not in systemd: strategy: "), Leash.err(result));
        assertTrue(
                Leash.err(result).contains("leash: a: there is no program no-such-program-here "), Leash.err(result));
        assertEquals("shop-a.service", unit("shop-b.service").one("Requires"));
        assertEquals("no", unit("shop-b.service").one("Restart"));
    }

    @Test
    void systemdFindsNothingWrong() throws Exception {
        Skip.unless(Files.isExecutable(ANALYZE), "there is no " + ANALYZE + " here: it comes with systemd");
        program("it's \"a\" \\ program", "#!/bin/sh\n");
        file("leash.toml", """
                env = { U = "\\uFFFF", A = "a\\n\\tb 'c' \\"d\\" %h $e \\\\", B = "\\u0001", "c.d" = "é" }
                [service.migrate]
                command = ["/bin/echo", ";", "", "a'b", "%n", "$HOME ${HOME}", "\\u0001\\n"]
                after = "db"
                [service.db]
                command = ["./it's \\"a\\" \\\\ program"]
                ready.command = "test -e \\"x\\""
                stop_command = ["/bin/echo", "it's"]
                [service.web]
                command = "exec sleep 1000"
                after_success = "migrate"
                after = ["db"]
                ready.uptime = "1.5s"
                replicas = 2
                stop = "KILL"
                reload.command = "true $PORT"
                watchdog = "1m"
                success_codes = [1, 2]
                max_restarts = "unlimited"
                cpu = 0.125
                log = "a b.log"
                """.replace("é", "\u00c3\u00a9"));
        Result result = exported("--name", "leash-trial");
        List<String> verify = new ArrayList<>(List.of(ANALYZE.toString(), "verify"));
        names().forEach(name -> verify.add(shop.resolve("units").resolve(name).toString()));
        Result verified = Leash.run(Command.of(verify).env("LC_ALL", "C.UTF-8"));
        assertEquals(
                List.of(),
                Leash.err(verified).lines().filter(line -> !line.matches(LATER)).toList(),
                Leash.err(result));
        assertEquals(0, Leash.status(verified));
        UnitText db = unit("leash-trial-db.service");
        assertEquals(0, run(db.command("ExecStart"), ""), "a program that systemd refuses by name is started");
        assertEquals(
                List.of("LEASH_REPLICA=1"), UnitText.words(db.all("Environment").getLast()));
    }

    @Test
    void theScriptsOfAUnitDoWhatTheFileSays() throws Exception {
        file("leash.toml", """
                [service.a]
                command = "exec sleep 1000"
                ready = { command = ["test", "-e", "is ready"], interval = "0.01s" }
                stop_command = "echo $$ >>'stop called'"
                """);
        Result ignored = exported();
        UnitText unit = unit("shop-a.service");
        List<String> asks = unit.command("ExecStartPost");
        Process main = new ProcessBuilder("sleep", "1000").start();
        try {
            String pid = Long.toString(main.pid());
            Process asking = new ProcessBuilder(asks).directory(shop.toFile()).start();
            asking.destroyForcibly().waitFor();
            Files.createFile(shop.resolve("is ready"));
            assertEquals(0, run(asks, pid), "it is ready");
            Files.delete(shop.resolve("is ready"));
            List<String> stops = unit.command("ExecStop");
            assertEquals(0, run(stops, ""), "it has ended by itself");
            assertFalse(Files.exists(shop.resolve("stop called")));
            main.destroyForcibly().waitFor();
            assertEquals(1, run(asks, pid), "it has ended before it was ready");
            assertEquals(0, run(stops, pid), "it has ended by the command");
            assertTrue(Files.exists(shop.resolve("stop called")));
        } finally {
            main.destroyForcibly();
        }
    }

    @Test
    void whatBecomesOfExitCodeZeroIsTold() throws Exception {
        file("leash.toml", """
                [service.a]
                command = "true"
                success_codes = 3
                [service.b]
                command = "true"
                success_codes = 3
                restart = "never"
                [service.c]
                command = "true"
                success_codes = 3
                [service.d]
                command = "true"
                after_success = "c"
                success_codes = [0, 3]
                """);
        Result result = exported();
        String zero = ": not in systemd: success_codes without 0: ";
        assertEquals(
                List.of(
                        "leash: a" + zero + "it is restarted after exit code 0, but that is a success in its status",
                        "leash: b" + zero + "exit code 0 is a success in its status",
                        "leash: c" + zero
                                + "exit code 0 is a success: it is not restarted, and what waits for it starts"),
                Leash.err(result)
                        .lines()
                        .filter(line -> line.contains("success_codes"))
                        .toList());
        assertEquals("0 SIGHUP SIGINT SIGTERM SIGPIPE", unit("shop-a.service").one("RestartForceExitStatus"));
        assertEquals("no", unit("shop-b.service").one("Restart"));
        assertEquals(List.of(), unit("shop-c.service").all("RestartForceExitStatus"));
    }

    @Test
    void aQuestionThatHangsIsGivenUpAsInUp() throws Exception {
        file("leash.toml", """
                [service.a]
                command = "exec sleep 1000"
                ready.command = "test -e asked || { >asked; exec sleep 1000; }"
                """);
        Result ignored = exported();
        List<String> asks = unit("shop-a.service").command("ExecStartPost");
        assertTrue(asks.get(2).startsWith("until timeout 1 "), asks::toString);
        assertEquals(0, run(asks, Long.toString(ProcessHandle.current().pid())), "the second one is answered");
    }

    @Test
    void theStopCommandHasTenSecondsWhateverThePlan() throws Exception {
        file("leash.toml", """
                [service.a]
                command = "true"
                stop_command = "true"
                stop = ["TERM", "1s", "KILL"]
                [service.b]
                command = "true"
                stop_command = "true"
                stop = ["TERM", "1m", "KILL"]
                [service.c]
                command = "true"
                stop_command = "true"
                stop = "KILL"
                [service.d]
                command = "true"
                stop = ["TERM", "1s", "KILL"]
                """);
        Result result = exported();
        assertEquals("11s", unit("shop-a.service").one("TimeoutStopSec"));
        assertEquals("60s", unit("shop-b.service").one("TimeoutStopSec"));
        assertEquals("11s", unit("shop-c.service").one("TimeoutStopSec"));
        assertEquals("1s", unit("shop-d.service").one("TimeoutStopSec"));
        assertTrue(
                Leash.err(result)
                        .contains("leash: a: not in systemd: stop_command with a shorter stop: the time for the"
                                + " command is also that between the signal and KILL\n"),
                Leash.err(result));
        List<String> stop = unit("shop-a.service").command("ExecStop");
        assertTrue(stop.toString().contains("exec timeout 10 "), stop::toString);
    }

    @Test
    void unitsOfAUserAreWantedByItsOwnTargetAndHaveNoUser() throws Exception {
        file("Procfile", "a: true\n");
        Result result = exported("--user");
        assertEquals("default.target", unit("shop.target").one("WantedBy"));
        assertEquals(List.of(), unit("shop-a.service").all("User"));
        assertEquals(List.of(), unit("shop-a.service").all("After"));
        assertFalse(Leash.err(result).contains("root"), Leash.err(result));
    }

    @Test
    void unitsOfTheSystemRunAsTheCaller() throws Exception {
        file("Procfile", "a: true\n");
        Result result = exported();
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        List<String> user =
                root ? List.of() : List.of(Files.getOwner(Path.of("/proc/self")).getName());
        assertEquals(user, unit("shop-a.service").all("User"));
        assertEquals(root, Leash.err(result).contains("--run-as=USER"), Leash.err(result));
    }

    @Test
    void someNamesAreExportedWithWhatTheyNeed() throws Exception {
        file("leash.toml", """
                [service]
                a.command = "true"
                b = { command = "true", after = "c" }
                c.command = "true"
                """);
        Result ignored = exported("b");
        assertEquals(List.of("shop-b.service", "shop-c.service", "shop.target"), names());
        assertTrue(unit("shop-c.service").all("Environment").contains("\"PORT=5200\""), "as with leash up");
    }

    @Test
    void withoutAFolderAllUnitsAreOnStandardOutput() throws Exception {
        file("Procfile", "a: true\nb: true\n");
        Result result = Leash.run(export());
        assertEquals(0, Leash.status(result), Leash.err(result));
        List<String> heads = Leash.out(result)
                .lines()
                .filter(line -> line.matches("# [^ ]*[.](service|target)"))
                .toList();
        assertEquals(List.of("# shop-a.service", "# shop-b.service", "# shop.target"), heads);
        Result into = exported();
        assertEquals(0, Leash.status(into));
        StringBuilder files = new StringBuilder();
        for (String name : names()) {
            files.append(files.isEmpty() ? "" : "\n").append("# ").append(name).append('\n');
            files.append(Files.readString(shop.resolve("units").resolve(name)));
        }
        assertEquals(files.toString(), Leash.out(result), "the same");
    }

    @Test
    void anotherExportReplacesItsOwnUnitsAndNoOthers() throws Exception {
        file("Procfile", "a: true\nb: true\n");
        Result first = exported();
        file("Procfile", "a: echo new\n");
        Result second = exported();
        assertEquals("echo new", unit("shop-a.service").command("ExecStart").getLast());
        assertTrue(
                Leash.err(second).contains("leash: units/shop-b.service is of an earlier export"), Leash.err(second));
        assertFalse(Leash.err(first).contains("earlier export"), Leash.err(first));
        file("units/shop-c.service", "[Service]\nExecStart=/bin/mine\n");
        file("Procfile", "a: echo newer\nc: true\n");
        Result refused = Leash.run(export("-o", "units"));
        assertEquals(125, Leash.status(refused));
        assertTrue(
                Leash.err(refused)
                        .startsWith("leash: there is a units/shop-c.service that leash has not written: remove it"),
                Leash.err(refused));
        assertEquals("echo new", unit("shop-a.service").command("ExecStart").getLast(), "nothing is changed");
        assertEquals("/bin/mine", unit("shop-c.service").one("ExecStart"));
        Files.createDirectory(shop.resolve("sub"));
        file("sub/Procfile", "a: echo other\n");
        Result stranger = Leash.run(export("-o", "units", "--name=shop", "sub/Procfile"));
        assertEquals(125, Leash.status(stranger));
        assertTrue(
                Leash.err(stranger).contains(" of another file of services (Written by leash export systemd from "),
                Leash.err(stranger));
        assertEquals("echo new", unit("shop-a.service").command("ExecStart").getLast(), "nothing is changed");
        // A link where it writes first is not followed.
        Path victim = shop.resolve("victim");
        Files.writeString(victim, "mine");
        Files.delete(shop.resolve("units/shop-c.service"));
        Files.createSymbolicLink(shop.resolve("units/.shop-c.service.leash-new"), victim);
        Result ignored = exported();
        assertEquals("mine", Files.readString(victim));
    }

    @Test
    void allUnitsAreWrittenOrNone() throws Exception {
        file("Procfile", "a: true\nb: true\n");
        Files.createDirectories(shop.resolve("units/.shop-b.service.leash-new/x"));
        Result result = Leash.run(export("-o", "units"));
        assertEquals(125, Leash.status(result));
        assertEquals(
                "leash: cannot write the unit units/.shop-b.service.leash-new: File exists (EEXIST)\n",
                Leash.err(result));
        assertEquals(List.of(".shop-b.service.leash-new"), names());
        Result onFile = Leash.run(export("-o", "Procfile/x"));
        assertEquals(125, Leash.status(onFile));
        assertTrue(Leash.err(onFile).startsWith("leash: cannot write the unit "), Leash.err(onFile));
    }

    @Test
    void aBadFileIsToldAsInUp() throws Exception {
        file("leash.toml", "[service.a]\ncomand = 'true'\n");
        Result result = Leash.run(export());
        assertEquals(125, Leash.status(result));
        assertTrue(Leash.err(result).startsWith("leash.toml:"), Leash.err(result));
        assertEquals("", Leash.out(result));
    }

    @Test
    void aPathThatSystemdCannotReadIsRefused() throws Exception {
        file("leash.toml", "[service.a]\ncommand = 'true'\nlog = 'a\\u0001'\n".replace("'a\\u0001'", "\"a\\u0001\""));
        Result result = Leash.run(export());
        assertEquals(125, Leash.status(result));
        assertTrue(
                Leash.err(result).startsWith("leash: service a: log: systemd has no way to write the path "),
                Leash.err(result));
    }
}
