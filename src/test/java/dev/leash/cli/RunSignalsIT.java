package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Result;
import dev.leash.Signal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code leash run} does with signals that it is sent. */
@Timeout(120)
class RunSignalsIT {
    @TempDir
    Path temp;

    /** A program that says when its traps are set, and waits. */
    private Child start(String traps, String... options) throws Exception {
        Path ready = temp.resolve("ready");
        List<String> line = new ArrayList<>(List.of("run"));
        line.addAll(Arrays.asList(options));
        line.addAll(List.of("--", "sh", "-c", traps + "; : >" + ready + "; while :; do sleep 0.05; done"));
        Child child = Leash.start(Leash.command(line.toArray(new String[0])));
        Leash.awaitFile(ready);
        return child;
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP", "QUIT", "USR1", "USR2"})
    void signalsArePassedOn(String name) throws Exception {
        Child child = start("trap 'echo got; exit 3' " + name);
        Leash.signal(child, Signal.parse(name));
        Result result = child.await();
        assertEquals(3, Leash.status(result), Leash.err(result));
        assertTrue(Leash.out(result).endsWith("got\n"));
    }

    @Test
    void aProgramThatDiesOfAPassedOnSignalHasExited() throws Exception {
        Child child = start(":", "--json");
        Leash.signal(child, Signal.TERM);
        Result result = child.await();
        assertEquals(143, Leash.status(result));
        assertEquals("exited", Json.object(result.stdoutBytes()).get("cause"));
        assertEquals("TERM", Json.object(result.stdoutBytes()).get("signal"));
    }

    @Test
    void aSecondIntKills() throws Exception {
        Path got = temp.resolve("got");
        Child child = start("trap ': >" + got + "' INT", "--json");
        Leash.signal(child, Signal.INT);
        Leash.awaitFile(got);
        assertTrue(child.isRunning());
        Leash.signal(child, Signal.INT);
        Result result = child.await();
        assertEquals(137, Leash.status(result));
        assertEquals("cancelled", Json.object(result.stdoutBytes()).get("cause"));
    }

    @Test
    void afterTermTheGraceHolds() throws Exception {
        Child child = start("trap '' TERM", "--json", "--grace", "300ms");
        Leash.signal(child, Signal.TERM);
        Result result = child.await();
        assertEquals(137, Leash.status(result));
        assertEquals("cancelled", Json.object(result.stdoutBytes()).get("cause"));
    }

    @Test
    void aStoppedProgramIsContinuedToHearTheSignal() throws Exception {
        Path pid = temp.resolve("pid");
        Child child = start("echo $$ >" + pid);
        Leash.sh("kill -STOP $(cat " + pid + ")");
        Leash.signal(child, Signal.TERM);
        assertEquals(143, Leash.status(child.await()));
    }
}
