package dev.leash.cli.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a job is shown in little room. */
@Timeout(60)
class BatchSummaryTest {
    @Test
    void labelIsNotCutWithinACharacter() throws Exception {
        BatchJob job = BatchJob.shell(1, 1, (": " + "😀".repeat(20)).getBytes(UTF_8));
        for (int longest = 1; longest < 25; longest++) {
            String label = BatchSummary.shortened(job, longest);
            assertTrue(UTF_8.newEncoder().canEncode(label), label);
            assertEquals(Math.min(longest, 22), label.codePointCount(0, label.length()));
        }
    }
}
