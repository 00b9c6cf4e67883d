package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.internal.contain.Cgroups;
import dev.leash.support.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code leash run}: what it holds, what it limits, what happens if it is killed, and as init. */
@Timeout(120)
class RunContainmentIT {
    @TempDir
    Path temp;

    private static void assume(boolean condition, String reason) {
        Assumptions.assumeTrue(condition, reason);
    }

    private static void assumeCgroups() {
        assume(Containment.obstacle().isEmpty(), Containment.obstacle().orElse(""));
    }

    /** A zombie, which init may not have reaped yet, is not. */
    private static boolean isAlive(Path pidFile) throws Exception {
        return Leash.status(Leash.sh("grep -q '^State:.[^ZX]' /proc/$(cat " + pidFile + ")/status 2>/dev/null")) == 0;
    }

    @Test
    void groupLetsGoWhatHasASessionOfItsOwn() throws Exception {
        Path pid = temp.resolve("pid");
        Result result = Leash.run("run", "--", "sh", "-c", daemon(pid));
        assertEquals(0, Leash.status(result));
        assertEquals(0, Leash.status(Leash.sh("kill $(cat " + pid + ")")), "it was alive, as docs/containment.md says");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tree", "cgroup", "strongest"})
    void strongerContainmentsHoldADaemonAndTellOfIt(String containment) throws Exception {
        if (containment.equals("cgroup")) {
            assumeCgroups();
        }
        Path pid = temp.resolve("pid");
        Result result = Leash.run("run", "--containment", containment, "--json", "--", "sh", "-c", daemon(pid));
        Map<String, Object> report = Json.object(result.stdoutBytes());
        assertEquals(0, Leash.status(result), result.stderr());
        List<?> killed = (List<?>) report.get("killed");
        assertEquals(1, killed.size(), report::toString);
        Map<?, ?> one = (Map<?, ?>) killed.getFirst();
        assertEquals("sleep", one.get("name"));
        assertEquals(Long.valueOf(Files.readString(pid).strip()), one.get("pid"));
        assertTrue(List.of("cookie", "session", "cgroup").contains(one.get("bond")), report::toString);
        assertTrue(!isAlive(pid), "and it is gone");
    }

    private static String daemon(Path pidFile) {
        String sleeper = "echo $$ >" + pidFile + "; exec sleep 64.7";
        // It goes on when the daemon has executed its last program.
        return "setsid sh -c '" + sleeper + "' >/dev/null 2>&1 </dev/null & until [ \"$(cat /proc/$(cat " + pidFile
                + ")/comm)\" = sleep ] 2>/dev/null; do sleep 0.02; done 2>/dev/null";
    }

    @Test
    void settingsAreInForceAtTheFirstInstruction() throws Exception {
        Result result = Leash.run("run", "--nofile", "77", "--nice=4", "--", "sh", "-c", "ulimit -n; nice");
        assertEquals("77\n4\n", Leash.out(result));
    }

    @Test
    void cgroupTellsWhatAllOfThemUsed() throws Exception {
        assumeCgroups();
        Result result = Leash.run("run", "--containment=cgroup", "--json", "--", "sh", "-c", "cat /proc/self/cgroup");
        Map<String, Object> report = Json.object(result.stdoutBytes());
        assertTrue(report.get("stdout").toString().contains("/leash-"), report::toString);
        assertTrue(((Map<?, ?>) report.get("cgroup")).containsKey("userNanos"), report::toString);
    }

    @ParameterizedTest
    @CsvSource({"memory, 64M", "pids, 50", "cpu, 0.5", "cpuset, 0"})
    void limitThatIsNotToBeHadNamesTheFile(String controller, String value) throws Exception {
        assumeCgroups();
        String obstacle = Cgroups.obstacle(controller);
        Result result = Leash.run("run", "--" + controller, value, "--", "echo", "started");
        if (obstacle == null) {
            assertEquals("started\n", Leash.out(result));
        } else {
            assertEquals(125, Leash.status(result));
            assertEquals("", Leash.out(result));
            assertEquals(
                    "leash: could not start echo: " + obstacle + "; 'leash doctor' tells what there is\n",
                    Leash.err(result));
        }
    }

    @Test
    void memoryKillIsToldThoughTheShellThenExitsWithZero() throws Exception {
        assumeCgroups();
        String obstacle = Cgroups.obstacle("memory");
        assume(obstacle == null, "memory cannot be limited here: " + obstacle);
        String[] run = {"--memory=32M", "--", "sh", "-c", "tail -n 1 /dev/zero 2>/dev/null; exit 0"};
        Result told = Leash.run(Stream.concat(Stream.of("run"), Stream.of(run)).toArray(String[]::new));
        assertEquals(0, Leash.status(told));
        assertEquals(
                "leash: sh exited with 0 (memory limit reached, 1 process killed by the OOM killer)\n",
                Leash.err(told));
        Result json = Leash.run(
                Stream.concat(Stream.of("run", "--json"), Stream.of(run)).toArray(String[]::new));
        Map<String, Object> report = Json.object(json.stdoutBytes());
        assertEquals(List.of("memory"), report.get("limitsReached"));
        assertEquals(1L, report.get("oomKills"));
    }

    @Test
    void throttlingIsInTheReport() throws Exception {
        assumeCgroups();
        String obstacle = Cgroups.obstacle("cpu");
        assume(obstacle == null, "CPU time cannot be limited here: " + obstacle);
        Result json =
                Leash.run("run", "--json", "--cpu=0.1", "--timeout=1500ms", "--", "sh", "-c", "while :; do :; done");
        Map<String, Object> report = Json.object(json.stdoutBytes());
        Map<?, ?> use = (Map<?, ?>) report.get("cgroup");
        for (String key : List.of("cpuPeriods", "cpuPeriodsThrottled", "cpuThrottledNanos")) {
            assertTrue((long) use.get(key) > 0, report::toString);
        }
        assertEquals(List.of(), report.get("limitsReached"), report::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"group", "tree", "cgroup"})
    void whatRunsDiesWithALeashThatIsKilled(String containment) throws Exception {
        if (containment.equals("cgroup")) {
            assumeCgroups();
        }
        Path leader = temp.resolve("leader");
        Path other = temp.resolve("other");
        Path told = temp.resolve("told");
        String script = "trap ': >" + told + "' INT; echo $$ >" + leader + "; sleep 65.7 & echo $! >" + other
                + "; while :; do sleep 0.05; done";
        Child leash = Leash.start(Leash.command("run", "--containment", containment, "--", "sh", "-c", script));
        Leash.awaitFile(other);
        Eventually.eventually("it is written", () -> !Files.readString(other).isBlank());
        // What leash passes on, it does after the start: by then the guardian knows the program.
        Leash.signal(leash, Signal.INT); // not to the sleep, which ignores it in the background
        Leash.awaitFile(told);
        // Leash alone: its group is not the program's.
        Leash.signal(leash, Signal.KILL);
        leash.await();
        Eventually.eventually("the program is gone", () -> !isAlive(leader));
        Eventually.eventually("what it started is gone", () -> !isAlive(other));
    }

    @Test
    void noGuardianIsLeftWhenItHasEnded() throws Exception {
        Result result =
                Leash.sh("\"$LEASH\" run -- true & wait $!; ps -eo pid,args | grep \"[l]eash-guardian $!\" || :");
        assertEquals("", Leash.out(result));
    }

    private static void assumeNamespaces() throws Exception {
        Result probe = Leash.sh("unshare --pid --fork --mount-proc true");
        assume(Leash.status(probe) == 0, "no pid namespace can be made here: " + Leash.err(probe));
    }

    @Test
    void asInitItReapsOrphansAndEndsAsTheProgramDoes() throws Exception {
        assumeNamespaces();
        // Two generations, so that the second loses its parent: whoever is left has an ancestor that init has adopted,
        // and
        // when the last one is reaped this shell is the only child of init.
        String adopted = "grep -ls '^PPid:[[:space:]]*1$' /proc/[0-9]*/status | grep -v \"^/proc/$$/\"";
        String script = "for i in 1 2 3 4 5 6 7 8; do (setsid sh -c 'sleep 0.1 & exit' &); done; n=0;"
                + " while [ -n \"$(" + adopted + ")\" ] && [ $n -lt 300 ]; do n=$((n+1)); sleep 0.1; done;"
                + " echo $PPID $n; grep -ls '^State:.Z' /proc/[0-9]*/status; exit 7";
        Result result = Leash.sh("unshare --pid --fork --mount-proc \"$LEASH\" run -- sh -c \"$1\"", script);
        assertEquals(7, Leash.status(result), Leash.err(result));
        String[] told = Leash.out(result).strip().split(" ", -1);
        assertEquals(2, told.length, "no zombie: " + Leash.out(result));
        assertEquals("1", told[0]);
        assertTrue(Integer.parseInt(told[1]) < 300, "all were reaped: " + Leash.out(result));
    }

    @Test
    void asInitItPassesSignalsOn() throws Exception {
        assumeNamespaces();
        String script = "trap 'echo told; exit 3' TERM; kill -TERM 1; while :; do sleep 0.05; done";
        Result result = Leash.sh("unshare --pid --fork --mount-proc \"$LEASH\" run -- sh -c \"$1\"", script);
        assertEquals("told\n", Leash.out(result));
        assertEquals(3, Leash.status(result));
    }

    @Test
    void doctorSaysOnceWhyThereIsNoCgroupAndHowToGetOne() throws Exception {
        Command doctor = withoutCgroups(Leash.command("doctor"));
        String text = Leash.out(Leash.run(doctor));
        List<String> reasons =
                text.lines().filter(line -> line.startsWith("  cgroup ")).toList();
        assertEquals(1, reasons.size(), text);
        assertTrue(reasons.getFirst().contains("  no: "), text);
        assertFalse(text.contains("/leash-"), "a path that it has tried is of no use to anybody: " + text);
        assertEquals(text, Leash.out(Leash.run(doctor)), "it says the same each time");
        assertEquals(
                6,
                text.lines().filter(line -> line.endsWith("no: needs a cgroup")).count(),
                text);
        for (String way : List.of("systemd-run --user --scope -p Delegate=yes ", "  Delegate=yes ", "namespace")) {
            assertEquals(1, text.lines().filter(line -> line.contains(way)).count(), text);
        }
    }

    /** The same command as a user who may make no cgroup: the caller, or nobody. */
    private static Command withoutCgroups(Command command) throws Exception {
        if (Containment.obstacle().isPresent()) {
            return command;
        }
        Command nobody = command.prefix("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        Result result = Leash.run(nobody);
        assume(Leash.status(result) == 0, "cannot become nobody, or nobody cannot run leash: " + Leash.err(result));
        assume(!Leash.out(result).contains("  cgroup                       yes"), "nobody may make cgroups, too");
        return nobody;
    }

    @Test
    void doctorTellsWhatThereIs() throws Exception {
        Result text = Leash.run("doctor");
        assertEquals(0, Leash.status(text));
        assertTrue(Leash.out(text).contains("kernel      Linux "), Leash.out(text));
        Map<String, Object> found = Json.object(Leash.run("doctor", "--json").stdoutBytes());
        String strongest = Containment.strongest().name().toLowerCase(java.util.Locale.ROOT);
        assertEquals(strongest, found.get("strongestContainment"));
        assertTrue(Leash.out(text).endsWith("The strongest containment here is " + strongest + ".\n"));
        assertEquals(
                Containment.obstacle().orElse(null),
                ((Map<?, ?>) ((List<?>) found.get("containments")).get(2)).get("obstacle"));
        assertEquals(125, Leash.status(Leash.run("doctor", "--jsno")));
    }
}
