package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lines of several MiB that pass through leash. */
@Timeout(180)
class LongLinesIT {
    private static final String LINE = "head -c 3000000 /dev/zero | tr '\\0' ";

    @TempDir
    Path temp;

    private List<String> out(String script) throws Exception {
        Result result = Leash.run(Leash.shell(script + " >out").directory(temp));
        assertEquals(0, Leash.status(result), Leash.err(result));
        String all = Files.readString(temp.resolve("out"));
        assertTrue(all.endsWith("\n"));
        return List.of(all.split("\n", -1)).subList(0, (int) all.lines().count());
    }

    @Test
    void linesOfABatchStayWholeAndApart() throws Exception {
        Files.writeString(
                temp.resolve("jobs"),
                LINE + "a; echo\n" + LINE + "b; echo\nseq 2000\n" + LINE + "c; sleep 0.2; " + LINE + "c; echo\n");
        List<String> lines = out("\"$LEASH\" batch -j4 jobs");
        assertEquals(2003, lines.size());
        for (String line : lines) {
            String same = line.length() < 10 ? line : line.substring(0, 1).repeat(line.length());
            assertTrue(line.equals(same), "a line is mixed with another");
        }
        assertEquals(
                List.of(3_000_000, 3_000_000, 6_000_000),
                lines.stream().map(String::length).filter(l -> l > 10).sorted().toList());
    }

    /** More than leash has memory, all at the same time. */
    @Test
    void manyLongLinesOfManyJobsNeedNoMemory() throws Exception {
        int jobs = 240;
        String job = "head -c 600000 /dev/zero | tr '\\0' a; sleep 2\n";
        Files.writeString(temp.resolve("jobs"), job.repeat(jobs));
        List<String> lines = out("\"$LEASH\" batch -j" + jobs + " jobs");
        assertEquals(jobs, lines.size());
        lines.forEach(
                line -> assertTrue(line.length() == 600_000 && line.equals("a".repeat(600_000)), "a line is whole"));
    }

    @Test
    void aPrefixedLineHasOneEndAndOnePrefix() throws Exception {
        List<String> lines = out("\"$LEASH\" run --prefix -- sh -c \"" + LINE + "a; echo; printf 'b\\r\\nlast'\"");
        assertEquals(3, lines.size());
        String prefix = "\\[ +\\d+\\.\\d{3} out] ";
        assertTrue(lines.get(0).replaceAll("a+", "a").matches(prefix + "a"));
        assertEquals(3_000_000, lines.get(0).chars().filter(c -> c == 'a').count());
        assertTrue(lines.get(1).matches(prefix + "b\r"), lines.get(1));
        assertTrue(lines.get(2).matches(prefix + "last"), lines.get(2));
    }
}
