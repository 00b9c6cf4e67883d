package dev.leash.containment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Signal;
import dev.leash.forked.AmongStrangers;
import dev.leash.forked.Jvm;
import dev.leash.forked.LockLimited;
import dev.leash.support.Children;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        Assumptions.abort("no process of a given number could be made");
    }

    /**
     * In a world of four hundred process numbers, of which every one is used again some ten times in a second, by strangers and
     * by runs. The numbers are made few by kernel.pid_max, which each pid namespace has of its own since Linux 6.14.
     */
    @Test
    void runsOfAllKindsNeverSignalAStrangerThoughNumbersAreUsedAgainAllTheTime(@TempDir Path directory)
            throws Exception {
        Skip.unless(isRoot(), "only root makes a pid namespace");
        Skip.unless(kernelIsAtLeast(6, 14), "kernel.pid_max is the whole machine's before Linux 6.14");
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/perl")), "no perl here");
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/unshare")), "no unshare here");
        Jvm.Ended ended = Jvm.of(directory, AmongStrangers.class, "15", "3000")
                .by("/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
                .by(Children.path("among-strangers"), "400")
                .run();
        System.out.print(ended.out());
        Matcher told = Pattern.compile("strangers (\\d+), numbers (\\d+), hit(.*), left(.*)\n")
                .matcher(ended.out());
        assertTrue(told.find(), ended::toString);
        assertEquals("", told.group(3).strip(), "signals that strangers got");
        assertEquals("", told.group(4).strip(), "left by the JVM and its guardian");
        assertEquals(0, ended.exit(), ended::toString);
        assertTrue(Integer.parseInt(told.group(1)) > 2 * Integer.parseInt(told.group(2)), "numbers were used again");
    }

    /** What the JVM starts inherits its limit of file locks, and a run is known by such a limit. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2", "3", "1000", "9223372036854775808", "18446744073709551614"})
    void limitThatTheJvmHasInheritedMakesNoStrangerAMember(String limit, @TempDir Path directory) throws Exception {
        Jvm.of(directory, LockLimited.class, limit).run().done();
    }

    private static boolean isRoot() throws Exception {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static boolean kernelIsAtLeast(int major, int minor) {
        Matcher version = Pattern.compile("(\\d+)\\.(\\d+).*").matcher(System.getProperty("os.version"));
        return version.matches()
                && (Integer.parseInt(version.group(1)) > major
                        || (Integer.parseInt(version.group(1)) == major
                                && Integer.parseInt(version.group(2)) >= minor));
    }

    /** A process that leads a group of number {@code pid}; null if another number came out. */
    private static Process strangerOfNumber(long pid) throws Exception {
        try {
            Files.writeString(LAST_PID, Long.toString(pid - 1));
        } catch (IOException e) {
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
