package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code leash bench} against an earlier bench, and where it fails because something is slower. */
@Timeout(120)
class BenchCompareIT {
    @TempDir
    Path temp;

    private Result bench(String... arguments) throws Exception {
        return Leash.run(Leash.command("bench").args(arguments).directory(temp));
    }

    private void assertWrong(String message, String... arguments) throws Exception {
        Result result = bench(arguments);
        assertEquals(125, Leash.status(result), Leash.err(result));
        assertTrue(Leash.err(result).startsWith("leash: " + message), Leash.err(result));
        assertFalse(Files.exists(temp.resolve("ran")), "nothing was run");
    }

    /** What hyperfine would write of a program that always takes as long. */
    private void hyperfine(String file, String command, double seconds, int runs) throws Exception {
        List<Double> times = Collections.nCopies(runs, seconds);
        Files.writeString(
                temp.resolve(file),
                "{\"results\": [{\"command\": \"" + command + "\", \"mean\": 1, \"times\": " + times
                        + ", \"exit_codes\": [0]}]}");
    }

    @Test
    void aStoredRunIsComparedWithAndReplaced() throws Exception {
        String[] arguments = {"-r8", "-L", "t=0.01,0.02", "--export-raw=raw.json", "sleep {t}"};
        Result first = bench(arguments);
        assertEquals(0, Leash.status(first), Leash.err(first));
        byte[] old = Files.readAllBytes(temp.resolve("raw.json"));
        Result second =
                bench("-r8", "-L", "t=0.01,0.02,0.03", "--compare=raw.json", "--export-raw=raw.json", "sleep {t}");
        assertEquals(0, Leash.status(second), Leash.err(second));
        String against = Leash.out(second).substring(Leash.out(second).indexOf("\nagainst raw.json"));
        assertTrue(against.matches("(?s).*\nsleep 0.01: [^\n]*[01]\\.\\d+ times what it was \\(95 %: .*"), against);
        assertTrue(against.contains("\nsleep 0.03: not in it\n"), against);
        assertFalse(Arrays.equals(old, Files.readAllBytes(temp.resolve("raw.json"))));
    }

    @Test
    void onlyWhatIsSlowerByMoreFails() throws Exception {
        hyperfine("much.json", "sleep 0.02", 0.001, 10);
        Result slower = bench("-r8", "--compare=much.json", "--fail-if-slower=5%", "sleep 0.02");
        assertEquals(2, Leash.status(slower), Leash.err(slower));
        assertTrue(Leash.out(slower).contains("sleep 0.02: slower by more than 5 %\n"), Leash.out(slower));
        Result allowed = bench("-r8", "--compare=much.json", "--fail-if-slower=999999%", "sleep 0.02");
        assertEquals(0, Leash.status(allowed), Leash.err(allowed));
        hyperfine("less.json", "sleep 0.02", 60, 10);
        Result faster = bench("-r8", "--compare=less.json", "--fail-if-slower=0%", "sleep 0.02");
        assertEquals(0, Leash.status(faster), Leash.err(faster));
    }

    @Test
    void withoutAStoredRunTheFirstCommandIsWhatOthersMustNotBeSlowerThan() throws Exception {
        Result slower = bench("-r8", "--fail-if-slower=50%", "sleep 0.01", "sleep 0.1");
        assertEquals(2, Leash.status(slower), Leash.err(slower));
        assertTrue(Leash.out(slower).endsWith("\nsleep 0.1: slower by more than 50 %\n"), Leash.out(slower));
        Result faster = bench("-r8", "--fail-if-slower=50%", "sleep 0.1", "sleep 0.01");
        assertEquals(0, Leash.status(faster), Leash.err(faster));
    }

    @Test
    void whatCannotBeToldIsNoSuccess() throws Exception {
        Result result = bench(
                "-r8", "--metric=memory", "--containment=group", "--fail-if-slower=5%", "sleep 0.01", "sleep 0.02");
        assertEquals(1, Leash.status(result), Leash.err(result));
        assertTrue(Leash.out(result).contains("sleep 0.02: whether it is slower cannot be told"), Leash.out(result));
        assertTrue(Leash.out(result).contains("memory is not available: "), Leash.out(result));
    }

    @Test
    void whatCannotBeComparedIsToldBeforeAnythingIsRun() throws Exception {
        hyperfine("old.json", "other", 1, 10);
        assertWrong("old.json has none of these commands, it has 'other'", "--compare=old.json", "touch ran");
        assertWrong("--fail-if-slower needs at least 6 runs", "-r5", "--fail-if-slower=5%", "touch ran", "touch ran");
        assertWrong("--fail-if-slower compares with the first command", "--fail-if-slower=5%", "touch ran");
        assertWrong(
                "--fail-if-slower needs a percentage such as 5% or 0.5%, not '0.05'",
                "--fail-if-slower=0.05", "touch ran", "true");
        hyperfine("few.json", "touch ran", 1, 5);
        assertWrong(
                "few.json has only 5 values of wall for 'touch ran'",
                "--compare=few.json",
                "--fail-if-slower=5%",
                "touch ran");
        assertWrong(
                "few.json has no values of page-faults for 'touch ran'",
                "--compare=few.json",
                "--metric=page-faults",
                "touch ran");
        assertWrong("--containment can be 'group', 'tree', 'cgroup' or 'strongest'", "--containment=box", "touch ran");
    }

    @Test
    void aFileThatIsNoneIsToldWithThePlaceInIt() throws Exception {
        assertWrong(
                "cannot open the earlier results none.json: No such file or directory (ENOENT)",
                "--compare=none.json",
                "touch ran");
        for (String text : List.of(
                "",
                "[]",
                "{}",
                "{\"results\": 5}",
                "{\"results\": []}",
                "{\"results\": [{\"command\": \"touch ran\", \"times\": [\"a\"]}]}",
                "{\"results\": [{\"command\": \"touch ran\", \"times\": [1, 2",
                "{\"runs\": [{\"variant\": 0, \"values\": {}}]}",
                "{\"variants\": [{\"name\": \"a\"}], \"runs\": [{\"variant\": -1, \"values\": {}}]}")) {
            Files.writeString(temp.resolve("bad.json"), text);
            assertWrong("cannot read the earlier results bad.json: ", "--compare=bad.json", "touch ran");
        }
        assertWrong("cannot read the earlier results .: ", "--compare=.", "touch ran");
    }
}
