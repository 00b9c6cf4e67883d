package dev.leash.stopping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.forked.Jvm;
import dev.leash.forked.Refused;
import dev.leash.support.Children;
import dev.leash.support.ProcScan;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** G3 where the kernel refuses to signal: to be refused is a fact of its own, and not that somebody had ended. */
@Timeout(120)
class RefusedTest {
    private static final String[] WITHOUT_KILL = {"setpriv", "--bounding-set=-kill", "--inh-caps=-kill"};

    private final String marker = ProcScan.newMarker();

    @TempDir
    Path temp;

    @AfterEach
    void endWhatTheOthersCouldNot() {
        ProcScan.withMarker(marker)
                .forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
    }

    /** Each is a method of {@link Refused}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "program",
                "ends",
                "plan",
                "member",
                "straggler",
                "pipeline",
                "contained",
                "signal",
                "start",
                "close"
            })
    void whoHasBecomeAnotherUserIsToldAsOneThatMayNotBeSignalled(String story) throws Exception {
        Skip.unless(
                works("setpriv", "--reuid=64998", "--regid=64998", "--clear-groups", "true")
                        && works("setpriv", "--bounding-set=-kill", "--inh-caps=-kill", "true"),
                "nothing can become another user here: this needs root and setpriv(1)");
        assertDone(Jvm.of(temp, Refused.class, story).by(WITHOUT_KILL));
    }

    @Test
    void whereAFilterForbidsAllSignalsTheRunEndsAndSaysSo() throws Exception {
        assertDone(Jvm.of(temp, Refused.class, "filtered").by(filtering("424," + killNumber())));
    }

    @Test
    void whereAFilterForbidsSignalsToPidfdsKillIsUsed() throws Exception {
        assertDone(Jvm.of(temp, Refused.class, "group-only").by(filtering("424")));
    }

    @Test
    void whereAFilterForbidsKillPidfdsAreUsed() throws Exception {
        Skip.unless(
                dev.leash.internal.sys.KernelFeatures.PIDFD_GROUP_SIGNAL,
                "groups are signalled by kill(2) before Linux 6.9");
        assertDone(Jvm.of(temp, Refused.class, "group-only").by(filtering(killNumber())));
    }

    private static String killNumber() {
        return System.getProperty("os.arch").equals("aarch64") ? "129" : "62";
    }

    private static String[] filtering(String numbers) throws Exception {
        String filter = Children.path("denies");
        Skip.unless(
                works(filter, numbers, "true"),
                "no filter of system calls can be set here: this needs perl, and seccomp");
        return new String[] {filter, numbers};
    }

    private void assertDone(Jvm jvm) throws Exception {
        Jvm.Ended ended = jvm.env(ProcScan.MARKER_VARIABLE, marker).run();
        assertEquals(0, ended.exit(), ended.out() + ended.err());
        assertTrue(ended.out().endsWith("done\n"), ended.out());
    }

    private static boolean works(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Path.of("/dev/null").toFile())
                    .start();
            process.getOutputStream().close();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
