package dev.leash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G4: the number of a run that has ended is given to another process, and that one is left alone. */
@Timeout(60)
class StrangersTest extends RunsCommands {
    private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");

    @Test
    void handleOfAnEndedRunCannotReachTheNextProcessOfThatNumber() throws Exception {
        for (int attempt = 0; attempt < 50; attempt++) {
            Child child = start(Command.of("true"));
            checked(child.await());
            Process stranger = strangerOfNumber(child.pid());
            if (stranger == null) {
                continue; // somebody else was given the number
            }
            try {
                assertFalse(child.signal(Signal.TERM));
                child.stop();
                child.kill();
                child.result().cancel(true);
                assertFalse(child.signal(Signal.KILL));
                assertTrue(child.toHandle().isEmpty());
                supervisor.close();
                assertFalse(stranger.waitFor(100, TimeUnit.MILLISECONDS), "the stranger was hit");
            } finally {
                stranger.destroyForcibly().waitFor();
                stranger.getOutputStream().close();
            }
            return;
        }
        System.out.println("SKIPPED: StrangersTest: no process of a given number could be made");
        Assumptions.abort("no process of a given number could be made");
    }

    /** A process that leads a group of number {@code pid}; null if another number came out. */
    private static Process strangerOfNumber(long pid) throws Exception {
        try {
            Files.writeString(LAST_PID, Long.toString(pid - 1));
        } catch (IOException e) {
            System.out.println("SKIPPED: StrangersTest: process numbers cannot be chosen: " + e);
            Assumptions.abort("process numbers cannot be chosen: " + e);
        }
        Process process = new ProcessBuilder("setsid", "sleep", "60").start();
        if (process.pid() == pid) {
            assertEquals(pid, process.pid());
            return process;
        }
        process.destroyForcibly().waitFor();
        process.getOutputStream().close();
        return null;
    }
}
