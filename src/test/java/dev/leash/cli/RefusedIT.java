package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Result;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the command says of programs that it may not signal. Here it is root without the right to kill. */
@Timeout(120)
class RefusedIT {
    private static final String WITHOUT_KILL = "setpriv --bounding-set=-kill --inh-caps=-kill";
    private static final String OTHER = "setpriv --reuid=64998 --regid=64998 --clear-groups sleep 8";

    @BeforeEach
    void needsRootAndSetpriv() throws Exception {
        Assumptions.assumeTrue(
                Leash.status(Leash.sh(WITHOUT_KILL + " setpriv --reuid=64998 --clear-groups true")) == 0,
                "nothing can become another user here: this needs root and setpriv(1)");
    }

    private static Result run(String options) throws Exception {
        return Leash.sh("exec " + WITHOUT_KILL + " \"$LEASH\" " + options);
    }

    @Test
    void theEndInTimeComesWithALineThatSaysWhoIsLeftAndWhy() throws Exception {
        Result result = run("run --timeout 2s -- sh -c 'echo before; exec " + OTHER + "'");
        assertEquals(124, Leash.status(result));
        assertEquals("before\n", Leash.out(result));
        assertTrue(
                Leash.err(result)
                        .matches(
                                "leash: sh timed out after 2s and could not be ended; still alive: sleep \\[\\d+\\], not to be signalled \\(EPERM\\)\n"),
                Leash.err(result));
    }

    @Test
    void theReportSaysThatTheStepWasRefused() throws Exception {
        Result result = run("run --timeout 2s --json -- sh -c 'echo before; exec " + OTHER + "'");
        assertEquals(124, Leash.status(result));
        Map<String, Object> report = Json.object(result.stdoutBytes());
        assertEquals("timed_out", report.get("cause"));
        assertEquals("before\n", report.get("stdout"));
        assertNull(report.get("exitCode"));
        assertNull(report.get("signal"));
        Map<?, ?> step = (Map<?, ?>) ((List<?>) report.get("stopSteps")).getFirst();
        assertEquals("EPERM", step.get("refused"));
        Map<?, ?> left = (Map<?, ?>) ((List<?>) report.get("survivors")).getFirst();
        assertEquals("EPERM", left.get("refused"));
        assertEquals(report.get("pid").toString(), left.get("pid").toString());
    }

    @Test
    void aBatchGoesOnAndTellsTheJob() throws Exception {
        Result result = Leash.sh("printf '%s\\n' '" + OTHER + "' 'echo next' | " + WITHOUT_KILL
                + " \"$LEASH\" batch -j1 --timeout 2s -");
        assertEquals(1, Leash.status(result));
        assertEquals("next\n", Leash.out(result));
        assertTrue(
                Leash.err(result).contains("timed out; still alive: ")
                        && Leash.err(result).contains("not to be signalled (EPERM)"),
                Leash.err(result));
    }
}
