package dev.leash.cli;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.Stdin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code leash batch} does with signals that it is sent. */
@Timeout(120)
class BatchSignalsIT {
    @TempDir
    Path temp;

    private Child start(String... jobs) throws Exception {
        Files.writeString(temp.resolve("jobs"), String.join("\n", jobs) + "\n");
        return Leash.start(Leash.command("batch", "-j2", "--joblog", "log", "--report", "page.html", "jobs")
                .directory(temp));
    }

    private List<String> log() throws Exception {
        return Files.readAllLines(temp.resolve("log")).stream().sorted().toList();
    }

    private static Map<String, Object> only(List<String> log, String with) throws Exception {
        List<String> found = log.stream().filter(line -> line.contains(with)).toList();
        assertEquals(1, found.size(), log::toString);
        return Json.object((found.getFirst() + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
    void theJobsAreEndedByThePlanLoggedAsCancelledAndNoMoreAreStarted(String name, int status) throws Exception {
        Child child = start(
                "true",
                "trap 'echo bye >said; exit 5' TERM; : >up1; while :; do sleep 0.02; done",
                ": >up2; sleep 60",
                ": >ran",
                ": >ran");
        Leash.awaitFile(temp.resolve("up1"));
        Leash.awaitFile(temp.resolve("up2"));
        Leash.signal(child, Signal.parse(name));
        Result result = child.await();
        assertEquals(status, Leash.status(result), Leash.err(result));
        assertInstanceOf(ExitStatus.Signaled.class, result.status(), "so that a shell's loop ends, too");
        assertEquals("bye\n", Files.readString(temp.resolve("said")));
        assertFalse(Files.exists(temp.resolve("ran")));
        List<String> log = log();
        assertEquals(3, log.size());
        assertEquals(5L, only(log, "trap").get("exitCode"));
        assertEquals("cancelled", only(log, "trap").get("fate"));
        assertEquals("cancelled", only(log, "sleep 60").get("cause"));
        assertTrue(Leash.err(result).contains("1 succeeded, 2 cancelled, 2 not run"), Leash.err(result));
        assertTrue(Leash.err(result).contains("the batch was ended by " + name), Leash.err(result));
        assertTrue(Files.readString(temp.resolve("page.html")).endsWith("</html>\n"), "the page is whole");
    }

    @Test
    void aSecondOneKills() throws Exception {
        Child child = start("trap ': >told' TERM; : >up; while :; do sleep 0.02; done");
        Leash.awaitFile(temp.resolve("up"));
        Leash.signal(child, Signal.INT);
        Leash.awaitFile(temp.resolve("told"));
        Leash.signal(child, Signal.INT);
        assertEquals(130, Leash.status(child.await()));
        assertEquals("KILL", only(log(), "trap").get("signal"));
    }

    @Test
    void itNeedNotWaitForMoreJobsFromAPipe() throws Exception {
        Child child = Leash.start(
                Leash.command("batch", "--joblog", "log", "-").directory(temp).stdin(Stdin.pipe()));
        child.stdin().write("true\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        eventually("it runs", () -> Files.exists(temp.resolve("log")) && log().size() == 1);
        Leash.signal(child, Signal.INT);
        assertEquals(130, Leash.status(child.await()));
    }

    @Test
    void whatTheCallerIgnoredStaysIgnored() throws Exception {
        Files.writeString(temp.resolve("jobs"), ": >up; until [ -e go ]; do sleep 0.02; done\n");
        Child child = Leash.start(
                Leash.shell("trap '' HUP; exec \"$LEASH\" batch jobs").directory(temp));
        Leash.awaitFile(temp.resolve("up"));
        Leash.signal(child, Signal.HUP);
        Files.createFile(temp.resolve("go"));
        assertEquals(0, Leash.status(child.await()));
    }
}
