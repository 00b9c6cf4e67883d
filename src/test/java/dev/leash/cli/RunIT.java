package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Result;
import dev.leash.cli.io.RawText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code leash run}: exit statuses, what it says, and its JSON. */
@Timeout(120)
class RunIT {
    @TempDir
    Path temp;

    @Test
    void theExampleOfTheReadme() throws Exception {
        Result result = Leash.run("run", "--timeout", "5s", "--", "sh", "-c", "echo start; sleep 61.7 & sleep 61.7");
        assertEquals(124, Leash.status(result));
        assertEquals("start\n", Leash.out(result));
        assertEquals("leash: sh timed out after 5s and was ended by KILL\n", Leash.err(result));
        assertEquals(1, Leash.status(Leash.sh("pgrep -f '^sleep 61[.]7'")), "no sleep is left");
    }

    @ParameterizedTest
    @CsvSource({
        "exit 0, 0, ''",
        "exit 7, 7, ''",
        "exit 137, 137, ''",
        "kill -9 $$, 137, leash: sh was ended by KILL",
        "kill -TERM $$, 143, leash: sh was ended by TERM",
    })
    void theStatusIsTheProgramsOwn(String script, int status, String line) throws Exception {
        Result result = Leash.run("run", "--", "sh", "-c", script);
        assertEquals(status, Leash.status(result));
        assertEquals(line, Leash.err(result).strip());
        assertEquals("", Leash.err(Leash.run("run", "--quiet", "--", "sh", "-c", script)));
    }

    @Test
    void aProgramThatEndsWellOnTheSignalHasStillTimedOut() throws Exception {
        String script = "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done";
        Result result = Leash.run("run", "--timeout=5s", "--signal=TERM", "--grace=30s", "--", "sh", "-c", script);
        assertEquals(124, Leash.status(result));
        // The shell may have told before that its sleep was terminated.
        assertTrue(Leash.err(result).endsWith("leash: sh timed out after 5s and exited with 0\n"), Leash.err(result));
    }

    @Test
    void whatWasLeftBehindIsKilledAndTold() throws Exception {
        Result result = Leash.run("run", "--", "sh", "-c", "sleep 62.7 & exit 3");
        assertEquals(3, Leash.status(result));
        assertTrue(Leash.err(result).endsWith("processes it had left behind and that were killed: 1\n"));
        assertEquals(1, Leash.status(Leash.sh("pgrep -f '^sleep 62[.]7'")));
    }

    @Test
    void whatWasLeftBehindIsLeftWhereThatIsAskedFor() throws Exception {
        Path pid = temp.resolve("pid");
        Result result = Leash.run("run", "--stragglers=leave", "sh", "-c", "sleep 63 >&- 2>&- & echo $! >" + pid);
        assertEquals(0, Leash.status(result));
        assertEquals("", Leash.err(result));
        // It is in another group than leash: the supervisor of this test does not find it either.
        assertEquals(0, Leash.status(Leash.sh("kill $(cat " + pid + ")")), "it was alive");
    }

    @Test
    void aProgramThatCannotBeStartedHasItsOwnStatus() throws Exception {
        Path text = Files.writeString(temp.resolve("text"), "x");
        assertEquals(127, Leash.status(Leash.run("run", "--", "/no-exist")));
        assertEquals(127, Leash.status(Leash.run("run", "--", "no-such-program-anywhere")));
        assertEquals(127, Leash.status(Leash.run("run", "--", "")));
        assertEquals(126, Leash.status(Leash.run("run", "--", text.toString())));
        assertEquals(126, Leash.status(Leash.run("run", "--", "/")));
        assertEquals(125, Leash.status(Leash.run("run", "--directory", "/no-exist", "--", "true")));
        String error = Leash.err(Leash.run("run", "--", "/no-exist"));
        assertEquals("leash: could not start /no-exist: no such program (ENOENT)\n", error);
    }

    @Test
    void badUsageIsOneSentenceAndStatus125() throws Exception {
        for (List<String> line : List.of(
                List.<String>of(),
                List.of("bogus"),
                List.of("run"),
                List.of("run", "--bogus", "true"),
                List.of("run", "--timeout", "0", "true"),
                List.of("run", "--timeout", "soon", "true"),
                List.of("run", "--output-limit", "1k", "true"))) {
            Result result = Leash.run(line.toArray(new String[0]));
            assertEquals(125, Leash.status(result), line.toString());
            assertEquals("", Leash.out(result));
            assertTrue(Leash.err(result).matches("leash: [^\n]+\n"), Leash.err(result));
        }
    }

    @Test
    void helpAndVersionGoToStandardOutput() throws Exception {
        for (String[] line : new String[][] {{"--help"}, {"--version"}, {"run", "--help"}}) {
            Result result = Leash.run(line);
            assertEquals(0, Leash.status(result));
            assertEquals("", Leash.err(result));
            assertTrue(Leash.out(result).endsWith("\n"));
        }
        assertTrue(Leash.out(Leash.run("--version")).matches("leash [0-9].*\nLinux .*\n.*\n"));
    }

    @Test
    void standardErrorCanGoWhereStandardOutputGoesInOrder() throws Exception {
        Result result = Leash.run("run", "--merge", "sh", "-c", "for i in 1 2 3; do echo o$i; echo e$i >&2; done");
        assertEquals("o1\ne1\no2\ne2\no3\ne3\n", Leash.out(result));
        assertEquals("", Leash.err(result));
    }

    @Test
    void directoryAndVariablesAreSet() throws Exception {
        String script = "pwd; printf '%s\\n' \"$A\" \"$HOME\"; env | grep -c ^HOME=";
        Result result =
                Leash.run("run", "--directory=/usr", "--env=A=b=\u00ff", "--env", "HOME=/x", "sh", "-c", script);
        assertEquals("/usr\nb=\u00ff\n/x\n1\n", Leash.out(result));
    }

    // ---- JSON.

    private static Map<String, Object> json(int status, String... arguments) throws Exception {
        Result result = Leash.run(arguments);
        assertEquals(status, Leash.status(result), Leash.err(result));
        assertEquals("", Leash.err(result));
        return Json.object(result.stdoutBytes());
    }

    @Test
    void theReportOfAPlainExit() throws Exception {
        Map<String, Object> report = json(3, "run", "--json", "sh", "-c", "echo out; echo err >&2; exit 3");
        assertEquals(List.of("sh", "-c", "echo out; echo err >&2; exit 3"), report.get("command"));
        assertTrue((Long) report.get("pid") > 1);
        assertEquals("exited", report.get("cause"));
        assertEquals(3L, report.get("exitCode"));
        assertTrue(report.containsKey("signal"));
        assertNull(report.get("signal"));
        assertEquals(false, report.get("coreDumped"));
        assertTrue((Long) report.get("wallNanos") > 0);
        assertEquals("out\n", report.get("stdout"));
        assertEquals("err\n", report.get("stderr"));
        assertEquals(true, report.get("outputComplete"));
        assertEquals(0L, report.get("stragglersKilled"));
        assertEquals(List.of(), report.get("limitsReached"));
        assertEquals(List.of(), report.get("stopSteps"));
        assertTrue(report.get("usage") instanceof Map<?, ?> usage
                && usage.get("userNanos") instanceof Long
                && usage.get("systemNanos") instanceof Long);
        assertFalse(report.containsKey("error"));
    }

    @Test
    void theReportHasTheCountersThatWereAskedFor() throws Exception {
        Map<String, Object> report = json(0, "run", "--json", "--counters=page-faults,cycles", "sh", "-c", "exit 0");
        Map<?, ?> counters = (Map<?, ?>) report.get("counters");
        assertEquals(List.of("page-faults", "cycles"), List.copyOf(counters.keySet()));
        for (Object counter : counters.values()) {
            Map<?, ?> count = (Map<?, ?>) counter;
            boolean counted = count.get("value") instanceof Long number && number > 0;
            assertTrue(counted || count.get("explanation") instanceof String, report::toString);
        }
        assertFalse(json(0, "run", "--json", "true").containsKey("counters"));
    }

    @Test
    void theReportOfATimeout() throws Exception {
        String script = "trap '' TERM; echo start; sleep 64 & sleep 64; sleep 64";
        Map<String, Object> report = json(124, "run", "--json", "--timeout=5s", "--grace=300ms", "sh", "-c", script);
        assertEquals("timed_out", report.get("cause"));
        assertNull(report.get("exitCode"));
        assertEquals("KILL", report.get("signal"));
        assertEquals("start\n", report.get("stdout"));
        assertEquals(true, report.get("outputComplete"));
        List<?> steps = (List<?>) report.get("stopSteps");
        Map<?, ?> first = (Map<?, ?>) steps.get(0);
        Map<?, ?> second = (Map<?, ?>) steps.get(1);
        assertEquals(List.of("TERM", "KILL"), List.of(first.get("signal"), second.get("signal")));
        assertTrue((Long) first.get("afterNanos") >= 5_000_000_000L);
        assertTrue((Long) second.get("afterNanos") >= 5_300_000_000L);
        assertTrue((Long) report.get("wallNanos") >= 5_300_000_000L);
    }

    @Test
    void outputThatIsNotUtf8IsBase64() throws Exception {
        Map<String, Object> report = json(0, "run", "--json", "sh", "-c", "printf 'a\\377'; printf '\\303\\251' >&2");
        assertFalse(report.containsKey("stdout"));
        assertEquals("a\u00ff", RawText.of(Base64.getDecoder().decode((String) report.get("stdoutBase64"))));
        assertEquals("\u00e9", report.get("stderr"));
    }

    @Test
    void moreOutputThanTheLimitEndsTheRunAndIsKeptUpToIt() throws Exception {
        Map<String, Object> report = json(137, "run", "--json", "--output-limit=1k", "yes");
        assertEquals("output_limit", report.get("cause"));
        assertEquals("y\n".repeat(512), report.get("stdout"));
        assertEquals(false, report.get("outputComplete"));
    }

    @Test
    void theLargestOutputWithinTheLimitFitsIntoTheHeap() throws Exception {
        String script = "head -c 16777216 /dev/zero; head -c 16777216 /dev/zero >&2";
        Result result = Leash.run(Leash.shell("\"$LEASH\" run --json sh -c \"$1\" | wc -c", script));
        // Each NUL is six characters there.
        assertTrue(
                Long.parseLong(Leash.out(result).strip()) > 2 * 6 * 16777216L, Leash.out(result) + Leash.err(result));
    }

    @Test
    void theReportOfAFailedStart() throws Exception {
        Map<String, Object> report = json(127, "run", "--json", "/no-exist", "x");
        assertEquals(List.of("/no-exist", "x"), report.get("command"));
        Map<?, ?> error = (Map<?, ?>) report.get("error");
        assertEquals("ENOENT", error.get("errno"));
        assertEquals("/no-exist", error.get("path"));
        assertTrue(error.get("message").toString().contains("/no-exist"));
        assertEquals("EACCES", ((Map<?, ?>) json(126, "run", "--json", "/").get("error")).get("errno"));
        Map<?, ?> directory = (Map<?, ?>)
                json(125, "run", "--json", "--directory=/no-exist", "true").get("error");
        assertEquals("/no-exist", directory.get("path"));
    }

    @Test
    void aReportThatCannotBeWrittenIsAnError() throws Exception {
        Result result = Leash.sh("\"$LEASH\" run --json true >/dev/full");
        assertEquals(125, Leash.status(result));
        assertEquals("leash: cannot write standard output: No space left on device (ENOSPC)\n", Leash.err(result));
    }

    @Test
    void standardInputIsTheCallers() throws Exception {
        Result result = Leash.sh("printf 'a\\nb\\n' | { \"$LEASH\" run --json head -n 1 >/dev/null; cat; }");
        assertEquals(0, Leash.status(result));
        assertEquals("abc\n", Leash.out(Leash.sh("echo abc | \"$LEASH\" run cat")));
    }
}
