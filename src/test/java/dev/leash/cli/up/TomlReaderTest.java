package dev.leash.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.Signal;
import dev.leash.StopPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class TomlReaderTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path directory;

    private final Problems problems = new Problems("leash.toml");

    private UpFile read(String text) {
        return TomlReader.read(directory.toString(), text.getBytes(StandardCharsets.UTF_8), problems);
    }

    private List<String> errors(String text) {
        UpFile ignored = read(text);
        return problems.lines();
    }

    private UpService good(String keys) {
        List<UpService> services = read("[service.web]\ncommand = 'x'\n" + keys).services();
        assertEquals(List.of(), problems.lines());
        return services.getFirst();
    }

    @Test
    void everyKeyIsRead() throws IOException {
        Files.writeString(directory.resolve("db.env"), "A=1\nB=2\n");
        UpFile file = read("""
                strategy = "rest-for-one"
                env = { LANG = "C.UTF-8", N = 7, ON = true }

                [service.db]
                command = ["postgres", "-D", "data dir", ""]
                directory = "db"
                env_file = "db.env"
                env.B = "3"
                restart = "always"
                success_codes = [0, 3]
                success_signals = ["TERM", "SIGINT"]
                backoff = { initial = "200ms", max = "1m", factor = 1.5, jitter = 0, reset_after = "30s" }
                max_restarts = { count = 5, within = "2m" }
                ready = { tcp = 5432, interval = "50ms", timeout = "2s" }
                start_timeout = "1m30s"
                liveness = { command = "pg_isready", interval = 5, failures = 2 }
                watchdog = 20
                stop = ["INT", "5s", "TERM", "10s", "KILL"]
                stop_command = "pg_ctl stop"
                reload = "HUP"
                log = { file = "db.log", max_size = "10M", keep = 3, max_age = "7d" }
                essential = true
                replicas = 2
                containment = "cgroup"
                memory = "1GiB"
                pids = 100
                cpu = 0.5
                nofile = 1024
                nice = -5

                [service.migrate]
                command = "./migrate"
                after = ["db"]
                restart = "never"

                [service.web]
                command = "./web"
                after = "db"
                after_success = ["migrate"]
                """);
        assertEquals(List.of(), problems.lines());
        assertEquals(UpFile.Strategy.REST_FOR_ONE, file.strategy());
        assertEquals(Map.of("LANG", "C.UTF-8", "N", "7", "ON", "true"), file.environment());
        UpService db = new UpService(
                "db",
                List.of("postgres", "-D", "data dir", ""),
                "db",
                Map.of("A", "1", "B", "3"),
                new RestartRule(
                        RestartRule.When.ALWAYS,
                        Set.of(0, 3),
                        Set.of(Signal.TERM, Signal.INT),
                        SECOND / 5,
                        60 * SECOND,
                        1.5,
                        0.0,
                        30 * SECOND,
                        5,
                        120 * SECOND),
                new ReadyRule.Probed(new ProbeRule(new ProbeRule.Tcp("", "5432"), SECOND / 20, 2 * SECOND, 0)),
                90 * SECOND,
                new ProbeRule(new ProbeRule.Program(List.of("/bin/sh", "-c", "pg_isready")), 5 * SECOND, 0, 2),
                20 * SECOND,
                StopPlan.signal(Signal.INT)
                        .then(Duration.ofSeconds(5))
                        .signal(Signal.TERM)
                        .then(Duration.ofSeconds(10))
                        .kill(),
                List.of("/bin/sh", "-c", "pg_ctl stop"),
                new UpService.ReloadRule(Signal.HUP, null),
                new UpService.LogRule("db.log", 10 << 20, 3, 7 * 86_400 * SECOND),
                List.of(),
                List.of(),
                true,
                2,
                new UpService.LimitRule("cgroup", 1 << 30, 100, 0.5, 1024, -5));
        assertEquals(db, file.services().getFirst());
        assertEquals(
                List.of("db", "migrate", "web"),
                file.services().stream().map(UpService::name).toList());
        assertEquals(List.of("db"), file.services().getLast().after());
        assertEquals(List.of("migrate"), file.services().getLast().afterSuccess());
    }

    @Test
    void theSameFileGivesEqualServices() {
        String text = "[service.web]\ncommand='x'\nready={line='ready'}\nstop='TERM'\nliveness={unix='s'}\n";
        assertEquals(read(text), read(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[service.web]\ncommand = 'x'\n",
                "\ufeff[service.web]\r\ncommand = 'x'\r\n",
                "service.web.command = 'x'",
                "service . web . command = \"x\"",
                "service.\"web\".command = \"\"\"x\"\"\"",
                "service = { web = { command = \"\\u0078\" } }",
                "[service]\nweb = { command = 'x', }\n",
                "[\tservice.web\t]\t# c\n\tcommand\t=\t'x'\t# d"
            })
    void theFormOfTheTomlDoesNotMatter(String text) {
        assertEquals(List.of(UpService.ofLine("web", "x")), read(text).services());
        assertEquals(List.of(), problems.lines());
    }

    @Test
    void readinessHasManyForms() {
        assertEquals(new ReadyRule.Immediately(), good("ready = 'immediately'").ready());
        assertEquals(new ReadyRule.Notify(), good("ready = 'notify'").ready());
        assertEquals(
                new ReadyRule.Uptime(5 * SECOND),
                good("ready = { uptime = '5s' }").ready());
        assertEquals(
                new ReadyRule.Line("up (on|at) \\d+"),
                good("ready = { line = 'up (on|at) \\d+' }").ready());
        assertEquals(probed(new ProbeRule.Tcp("", "80")), good("ready.tcp = 80").ready());
        assertEquals(
                probed(new ProbeRule.Tcp("", "80")), good("ready.tcp = '80'").ready());
        assertEquals(
                probed(new ProbeRule.Tcp("", "$PORT")),
                good("ready.tcp = '$PORT'").ready());
        assertEquals(
                probed(new ProbeRule.Tcp("h", "80")),
                good("[service.web.ready]\ntcp = 'h:80'").ready());
        assertEquals(
                probed(new ProbeRule.Tcp("::1", "80")),
                good("ready.tcp = '[::1]:80'").ready());
        assertEquals(
                probed(new ProbeRule.Unix("run/s")),
                good("ready.unix = 'run/s'").ready());
        assertEquals(
                probed(new ProbeRule.Http("http://localhost:$PORT/h", 204)),
                good("ready = { http = 'http://localhost:$PORT/h', status = 204 }")
                        .ready());
        assertEquals(
                probed(new ProbeRule.Program(List.of("a", "b"))),
                good("ready.command = ['a', 'b']").ready());
    }

    private static ReadyRule probed(ProbeRule.Question question) {
        return new ReadyRule.Probed(new ProbeRule(question, 0, 0, 0));
    }

    @Test
    void stopsAndReloadsAndLogsHaveShortForms() {
        assertEquals("TERM, 10s, KILL", String.valueOf(good("stop = 'TERM'").stop()));
        assertEquals("INT, 2s, KILL", String.valueOf(good("stop = 'SIGINT, 2s'").stop()));
        assertEquals("KILL", String.valueOf(good("stop = ['kill']").stop()));
        assertEquals(
                "TERM, 1s, INT, 10s, KILL",
                String.valueOf(good("stop = [\n'15', '1',\n'INT' ]").stop()));
        assertEquals(
                new UpService.ReloadRule(null, List.of("/bin/sh", "-c", "r")),
                good("reload.command = 'r'").reload());
        assertEquals(
                new UpService.ReloadRule(Signal.USR1, null),
                good("reload.signal = 'USR1'").reload());
        assertEquals(new UpService.LogRule("l", 0, 0, 0), good("log = 'l'").log());
        assertEquals(
                RestartRule.UNLIMITED,
                good("max_restarts = 'unlimited'").restart().most());
        assertEquals(0L, good("backoff.initial = '0s'").restart().initialNanos());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "comand = 'y'|comand: there is no such key (did you mean 'command'?)",
                "start-timeout = '5s'|start-timeout: there is no such key (did you mean 'start_timeout'?)",
                "restart = 'allways'|restart: can be 'always', 'on-failure' or 'never', not 'allways' (did you mean 'always'?)",
                "restart = true|restart: needs a string, in quotes, not true",
                "essential = 'yes'|essential: needs true or false, without quotes, not the string 'yes'",
                "replicas = 0|replicas: needs a whole number from 1 to 1000, not 0",
                "replicas = 2.0|replicas: needs a whole number from 1 to 1000, not the number 2.0",
                "replicas = 9223372036854775807|replicas: needs a whole number from 1 to 1000, not 9223372036854775807",
                "start_timeout = '5 s'|start_timeout: needs a duration such as 90s, 1.5h, 500ms or 1h30m (units, the greatest"
                        + " first: d, h, m, s, ms, us, ns), not '5 s'",
                "start_timeout = '0s'|start_timeout: must be more than zero; leave it out for no limit",
                "start_timeout = -1|start_timeout: needs a duration such as 90s, 1.5h, 500ms or 1h30m (units, the greatest"
                        + " first: d, h, m, s, ms, us, ns), not '-1'",
                "start_timeout = ['5s']|start_timeout: needs a duration such as '90s', '1.5h' or '500ms', not an array",
                "start_timeout = 07:32:00|start_timeout: needs a duration such as '90s', '1.5h' or '500ms', not a date or time",
                "success_codes = [0, 256]|success_codes: needs a whole number from 0 to 255, not 256",
                "success_codes = ['0']|success_codes: needs a whole number from 0 to 255, not the string '0'",
                "success_signals = 'TREM'|success_signals: needs a signal such as 'TERM', 'SIGINT' or '10', not 'TREM'",
                "backoff.initial = '1m'|backoff.initial: the first delay is longer than max, 30s by default; change one of them",
                "backoff.factor = 0.5|backoff.factor: needs a number from 1 to 1000, not 0.5",
                "backoff.jitter = nan|backoff.jitter: needs a number from 0 to 1, not NaN",
                "backoff.intial = '1s'|backoff.intial: there is no such key (did you mean 'initial'?)",
                "backoff = '1s'|backoff: needs a table, such as [service.web.backoff] or { … }, not the string '1s'",
                "max_restarts = {within='1m'}|max_restarts: count is missing; say how many restarts there may be",
                "max_restarts = 'many'|max_restarts: needs { count = 10, within = '5m' } or 'unlimited', not 'many'",
                "ready = 'notfiy'|ready: can be 'immediately', 'notify' or a table such as { tcp = 8080 }, not 'notfiy' (did you"
                        + " mean 'notify'?)",
                "ready = {}|ready: needs one of uptime, line, tcp, unix, http, command, not none of them",
                "ready = {tcp=1, line='x'}|ready: needs one of uptime, line, tcp, unix, http, command, not line and tcp",
                "ready = {tcp=0}|ready.tcp: needs a port from 1 to 65535, 'HOST:PORT', or '$PORT' for the one it was given, not the"
                        + " number 0",
                "ready = {tcp='h:x'}|ready.tcp: needs a port from 1 to 65535, 'HOST:PORT', or '$PORT' for the one it was given, not"
                        + " the string 'h:x'",
                "ready = {line='('}|ready.line: is no regular expression: unclosed group after character 1 of '('",
                "ready = {http='localhost'}|ready.http: needs a URL such as 'http://localhost:8080/health', not 'localhost'",
                "ready = {tcp=1, status=200}|ready.status: is that of a page; it needs http = 'http://…'",
                "ready = {uptime='1s', timeout='1s'}|ready.timeout: is for tcp, unix, http and command; remove it",
                "liveness = {tcp=1, line='x'}|liveness.line: there is no such key; there are command, failures, http, interval, status,"
                        + " tcp, timeout, unix",
                "stop = ['TERM', 'KILL']|stop: needs the time to wait after TERM, such as '10s', not 'KILL'",
                "stop = ['KILL', '1s']|stop: nothing outlasts KILL; remove what follows it",
                "stop = []|stop: has no step; begin with a signal, as in ['TERM', '10s', 'KILL']",
                "stop = ['10s']|stop: needs a signal such as 'TERM', 'SIGINT' or '10', not '10s'",
                "stop = [15]|stop: needs strings, in quotes, not the number 15",
                "stop_command = []|stop_command: is empty; the first element is the program to run",
                "stop_command = ''|stop_command: is empty; leave it out or say what it is",
                "stop_command = ['a', 1]|stop_command: needs strings, in quotes, not the number 1",
                "stop_command = 1|stop_command: needs a line for the shell, or an array of a program and its arguments, not the"
                        + " number 1",
                "reload = 'restart'|reload: needs a signal such as 'TERM', 'SIGINT' or '10', not 'restart'; a command is { command"
                        + " = '…' }",
                "log = {keep=1}|log: file is missing; say where the output goes",
                "log = {file='l', max_size='10X'}|log.max_size: needs a size such as 4096, 64k, 16M or 1GiB (16MB: powers of 1000),"
                        + " not '10X'",
                "after = ['wbe']|after: there is no service 'wbe'; add [service.wbe] or remove the name",
                "after = 'web'|after: each waits for the next: web → web; remove one of them",
                "containment = 'cgruop'|containment: can be 'group', 'tree', 'cgroup' or 'strongest', not 'cgruop' (did you mean"
                        + " 'cgroup'?)",
                "env = {A = 1.5}|env.A: needs a string, in quotes, not the number 1.5",
                "env = {'A=' = 'x'}|env.A=: is no name of a variable; it must not be empty nor contain '='",
                "env = ['A=1']|env: needs a table, such as [service.web.env] or { … }, not an array",
                "directory = ''|directory: is empty; leave it out or say what it is",
            })
    void aWrongValueIsNamedWithItsLine(String line, String error) {
        List<String> told = errors("[service.web]\ncommand = 'x'\n" + line);
        assertEquals(List.of("leash.toml:3: service.web." + error), told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|leash.toml:1: service: there is no service; add a table such as [service.web] with a command",
                "[service]|leash.toml:1: service: there is no service; add a table such as [service.web] with a command",
                "`[service.web]\n`|leash.toml:1: service.web.command: is missing; say what to run, such as command = './server'",
                "service = 'web'|leash.toml:1: service: needs a table for each service, such as [service.web], not the string 'web'",
                "`[[service]]\ncommand='x'`|leash.toml:1: service: needs a table for each service, such as [service.web], not an"
                        + " array",
                "`[[service.web]]\ncommand='x'`|leash.toml:1: service.web: needs a table, such as [service.web] or { … }, not an"
                        + " array",
                "service.web = './x'|leash.toml:1: service.web: needs a table, such as [service.web] or { … }, not the string './x'",
                "`[service.'a b']\ncommand='x'`|leash.toml:1: service.a b: is no name of a service; use letters (A to Z), digits, _"
                        + " and -, a letter or digit first",
                "`[service.w\u00e9b]\ncommand='x'`|leash.toml:1: no TOML: Unexpected '\\u00e9', expected ] or .",
                "`[services.web]\ncommand='x'\n[service.b]\ncommand='x'`|leash.toml:1: services: there is no such key (did you mean"
                        + " 'service'?)",
                "`strategy='one-for-al'\nservice.a.command='x'`|leash.toml:1: strategy: can be 'one-for-one', 'one-for-all' or"
                        + " 'rest-for-one', not 'one-for-al' (did you mean 'one-for-all'?)",
                "`service.a.command='x\u0000'`|leash.toml:1: no TOML: Unexpected '\\u0000', expected '",
                "`service.a.command=\"x\\u0000\"`|leash.toml:1: service.a.command: contains a NUL character, which nothing of the"
                        + " system can hold",
                "`service.a.command='x'\nservice.a.pids=99999999999999999999`|leash.toml:2: no TOML: Integer is too large",
            })
    void aFileThatIsWrongAsAWholeSaysHow(String text, String error) {
        assertEquals(List.of(error), errors(text));
    }

    @Test
    void allThatIsWrongIsToldAtOnceInTheOrderOfTheLines() {
        assertEquals(
                List.of(
                        "leash.toml:1: stratgy: there is no such key (did you mean 'strategy'?)",
                        "leash.toml:3: service.a.restart: can be 'always', 'on-failure' or 'never', not 'x'",
                        "leash.toml:4: service.a.after: there is no service 'bb'; add [service.bb] or remove the name",
                        "leash.toml:6: service.a.success_codes: needs a whole number from 0 to 255, not 300",
                        "leash.toml:7: service.a.success_codes: needs a whole number from 0 to 255, not true",
                        "leash.toml:9: service.b.command: is missing; say what to run, such as command = './server'",
                        "leash.toml:10: service.b.after: each waits for the next: b → c → b; remove one of them",
                        "leash.toml:15: service.d.after_success: 'e' is restarted always, so it never ends; give it restart ="
                                + " 'on-failure' or 'never', or wait for it with after"),
                errors("""
                        stratgy = "one-for-one"
                        [service.a]
                        restart = "x"
                        after = ["bb", "b"]
                        success_codes = [
                          300,
                          true ]
                        command = "a"
                        [service.b]
                        after = "c"
                        [service.c]
                        command = "c"
                        after_success = ["b"]
                        [service.d]
                        after_success = ["e"]
                        command = "d"
                        [service.e]
                        command = "e"
                        restart = "always"
                        """));
    }

    @Test
    void whatIsNoTomlIsToldWithWhatElseIsWrong() {
        assertEquals(
                List.of(
                        "leash.toml:2: no TOML: Unexpected end of line, expected a value",
                        "leash.toml:3: service.a.restart: needs a string, in quotes, not the number 1",
                        "leash.toml:5: no TOML: service.a previously defined at line 1, column 1"),
                errors("[service.a]\ncommand =\nrestart = 1\nafter = 'q'\n[service.a]\n"));
    }

    @Test
    void whatIsNotUtf8IsNamedByItsLine() {
        UpFile ignored = TomlReader.read(
                "", "[service.a]\n\ncommand = '\u00e9'\n".getBytes(StandardCharsets.ISO_8859_1), problems);
        assertEquals(
                List.of("leash.toml:3: is not UTF-8, which TOML has to be; save the file in that encoding"),
                problems.lines());
    }

    @Test
    void variablesOfFilesAreCheckedAsWell() throws IOException {
        Files.writeString(directory.resolve("a.env"), "X=1\noops\n");
        assertEquals(
                List.of(
                        "leash.toml:3: service.a.env_file: cannot open the file of variables " + directory
                                + "/none.env: No such file or directory (ENOENT); make the file, or remove it here",
                        directory + "/a.env:2: no '='; a variable is a line such as NAME=value"),
                errors("[service.a]\ncommand = 'a'\nenv_file = ['a.env', 'none.env']\n"));
    }

    @Test
    void aLongChainAndAWideFileAreRead() {
        StringBuilder text = new StringBuilder();
        for (int number = 0; number < 2000; number++) {
            text.append("[service.s").append(number).append("]\ncommand = 'x'\n");
            if (number > 0) {
                text.append("after = 's").append(number - 1).append("'\n");
            }
        }
        assertEquals(2000, read(text.toString()).services().size());
        assertEquals(List.of(), problems.lines());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "log = 'sub'|log: DIR/sub is a directory; name a file in it",
                "log = {file = 'sub'}|log.file: DIR/sub is a directory; name a file in it",
                "log = 'none/a.log'|log: there is no directory DIR/none, and leash makes none; make it",
                "log = 'file/a.log'|log: DIR/file is no directory",
                "directory = 'none'|directory: there is no DIR/none; make it",
                "directory = '/none/at all'|directory: there is no /none/at all; make it",
                "directory = 'file'|directory: DIR/file is no directory",
                "ready.unix = '/LONG'|ready.unix: the path of a socket has at most 106 bytes, this one, from where leash runs,"
                        + " 107",
                "liveness.unix = '/LONG'|liveness.unix: the path of a socket has at most 106 bytes, this one, from where leash"
                        + " runs, 107",
            })
    void aCheckTellsOfPlacesThatAreNotThere(String line, String error) throws IOException {
        Files.createDirectory(directory.resolve("sub"));
        Files.createFile(directory.resolve("file"));
        String text = "[service.web]\ncommand = 'x'\n" + line.replace("LONG", "x".repeat(106)) + "\n";
        UpFile checked = TomlReader.check(directory.toString(), text.getBytes(StandardCharsets.UTF_8), problems);
        assertEquals(
                List.of("leash.toml:3: service.web." + error.replace("DIR", directory.toString())), problems.lines());
        assertEquals(1, checked.services().size());
    }

    @Test
    void aCheckTellsNothingOfPlacesThatAreThereOrThatAnotherServiceMayMake() throws IOException {
        Files.createDirectory(directory.resolve("sub"));
        for (String line : List.of(
                "directory = 'none'\nafter_success = 'first'",
                "directory = 'none'\nafter = 'first'",
                "log = 'none/a.log'\nafter_success = 'first'",
                "directory = 'sub'\nlog = 'sub/a.log'",
                "directory = '.'\nlog = 'a.log'",
                "log = '/dev/null'",
                "ready.unix = '/" + "x".repeat(105) + "'\nliveness.unix = 'a'")) {
            String text = "[service.web]\ncommand = 'x'\n" + line + "\n[service.first]\ncommand = 'x'\n";
            UpFile checked = TomlReader.check(directory.toString(), text.getBytes(StandardCharsets.UTF_8), problems);
            assertEquals(2, checked.services().size());
            assertEquals(List.of(), problems.lines(), line);
        }
    }
}
