package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.support.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code leash up} under the hands of {@code leash ps} and its like. */
@Timeout(180)
class ControlIT extends ControlledUp {
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
}
