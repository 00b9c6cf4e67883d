package dev.leash.stopping;

import dev.leash.forked.Jvm;
import dev.leash.forked.Refused;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.support.Probe;
import dev.leash.support.ProcScan;
import dev.leash.support.Skip;
import dev.leash.support.SystemCallFilter;
import java.nio.file.Path;
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
                Probe.succeeds("setpriv", "--reuid=64998", "--regid=64998", "--clear-groups", "true")
                        && Probe.succeeds("setpriv", "--bounding-set=-kill", "--inh-caps=-kill", "true"),
                "nothing can become another user here: this needs root and setpriv(1)");
        assertDone(Jvm.of(temp, Refused.class, story).by(WITHOUT_KILL));
    }

    @Test
    void whereAFilterForbidsAllSignalsTheRunEndsAndSaysSo() throws Exception {
        assertDone(Jvm.of(temp, Refused.class, "filtered").by(SystemCallFilter.denying("424," + killNumber())));
    }

    @Test
    void whereAFilterForbidsSignalsToPidfdsKillIsUsed() throws Exception {
        assertDone(Jvm.of(temp, Refused.class, "group-only").by(SystemCallFilter.denying("424")));
    }

    @Test
    void whereAFilterForbidsKillPidfdsAreUsed() throws Exception {
        Skip.unless(KernelFeatures.PIDFD_GROUP_SIGNAL, "groups are signalled by kill(2) before Linux 6.9");
        assertDone(Jvm.of(temp, Refused.class, "group-only").by(SystemCallFilter.denying(killNumber())));
    }

    private static String killNumber() {
        return System.getProperty("os.arch").equals("aarch64") ? "129" : "62";
    }

    private void assertDone(Jvm jvm) throws Exception {
        jvm.env(ProcScan.MARKER_VARIABLE, marker).run().done();
    }
}
