package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As the first process of a container leash reaps what it adopts while it runs on, and nothing else. */
@Timeout(120)
class InitIT {
    private static final String INIT = "unshare --pid --fork --kill-child --mount-proc \"$LEASH\" ";

    /** Who is killed with the job, who leaves its group and ends later, and who does so and loses its parent as well. */
    private static final List<String> LEAVING =
            List.of("sleep 100 & exit 5", "setsid sleep 0.1 & exit 5", "setsid sh -c 'sleep 0.1 & exit' & exit 5");

    /** Waits for the moment when there is no zombie and no sleep, and says so. */
    private static final String WATCH = "n=0; while grep -ls -e '^State:.Z' -e '^Name:.sleep' /proc/[0-9]*/status;"
            + " do n=$((n+1)); [ $n -lt 300 ] || exit; sleep 0.1 & wait; done; echo none left";

    @TempDir
    Path temp;

    private static void assumeNamespaces() throws Exception {
        Result probe = Leash.sh("unshare --pid --fork --mount-proc true");
        Assumptions.assumeTrue(Leash.status(probe) == 0, "no pid namespace can be made here: " + Leash.err(probe));
    }

    private static void assertNoneLeft(Result result) {
        String said = Leash.out(result);
        assertEquals("none left", said.strip().lines().reduce("", (first, last) -> last), said + Leash.err(result));
    }

    private String jobs(List<String> lines) throws IOException {
        return Files.write(temp.resolve("jobs"), lines).toString();
    }

    @Test
    void batchLeavesNoZombieAndTellsEachStatus() throws Exception {
        assumeNamespaces();
        List<String> lines = new ArrayList<>();
        for (int round = 0; round < 15; round++) {
            lines.addAll(LEAVING);
            lines.add("{\"argv\":[\"sh\",\"-c\",\"setsid sleep 0.4 & sleep 100\"],\"timeout\":\"100ms\"}");
        }
        lines.add(WATCH);
        Path log = temp.resolve("log");
        Result result = Leash.sh(INIT + "batch -j4 --joblog \"$2\" \"$1\"", jobs(lines), log.toString());
        assertNoneLeft(result);
        assertEquals(1, Leash.status(result));
        String summary = Leash.err(result);
        assertTrue(summary.contains(": 1 succeeded, 45 exited with an error, 15 timed out\n"), summary);
    }

    /** Of hundreds that end at the moment when they are started, each status is told. */
    @Test
    void batchLosesNoStatusOfItsOwnJobs() throws Exception {
        assumeNamespaces();
        List<String> lines = new ArrayList<>();
        for (int job = 0; job < 400; job++) {
            lines.add(job % 2 == 0 ? "{\"argv\":[\"false\"]}" : "setsid true & exit 5");
        }
        lines.add(WATCH);
        Result result = Leash.sh(INIT + "batch -j8 \"$1\"", jobs(lines));
        assertNoneLeft(result);
        String summary = Leash.err(result);
        assertTrue(summary.contains(": 1 succeeded, 400 exited with an error\n"), summary);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run --", "run --containment tree --", "timeout 50", "timeout --foreground 50"})
    void programThatRunsOnSeesNoZombie(String line) throws Exception {
        assumeNamespaces();
        StringBuilder script = new StringBuilder("for i in 1 2 3 4 5; do");
        for (String leaving : LEAVING) {
            script.append(" (")
                    .append(leaving.replace("sleep 100", "sleep 0.2"))
                    .append(");");
        }
        script.append(" done; ").append(WATCH).append("; exit 7");
        Result result = Leash.sh(INIT + line + " sh -c \"$1\"", script.toString());
        assertNoneLeft(result);
        assertEquals(7, Leash.status(result), Leash.err(result));
    }
}
