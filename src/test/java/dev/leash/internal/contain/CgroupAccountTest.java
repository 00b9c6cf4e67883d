package dev.leash.internal.contain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the files of a cgroup say, as kernels of several versions write them. */
@Timeout(10)
class CgroupAccountTest {
    private static final CgroupLimits LIMITED = new CgroupLimits(1 << 20, 50, 0);

    @TempDir
    Path cgroup;

    private void file(String name, String content) throws IOException {
        Files.writeString(cgroup.resolve(name), content);
    }

    private static String memory(int oom, int oomKill) {
        return "low 0\nhigh 0\nmax 371\noom " + oom + "\noom_kill " + oomKill + "\noom_group_kill 5\n";
    }

    @Test
    void killBecauseOfTheOwnLimit() throws IOException {
        file("memory.events", memory(1, 2));
        file("memory.events.local", memory(1, 1));
        CgroupUse use = CgroupAccount.read(cgroup, LIMITED);
        assertEquals(2, use.oomKills());
        assertTrue(use.memoryLimitReached());
        assertFalse(CgroupAccount.read(cgroup, CgroupLimits.NONE).memoryLimitReached(), "there is none");
    }

    @Test
    void killBecauseOfALimitAboveOrBelowIsNoLimitOfTheRun() throws IOException {
        file("memory.events", memory(1, 1)); // that of a cgroup below
        file("memory.events.local", memory(0, 0));
        CgroupUse below = CgroupAccount.read(cgroup, LIMITED);
        assertEquals(1, below.oomKills());
        assertFalse(below.memoryLimitReached());
        file("memory.events", memory(0, 1)); // the machine had no more
        file("memory.events.local", memory(0, 1));
        CgroupUse above = CgroupAccount.read(cgroup, LIMITED);
        assertEquals(1, above.oomKills());
        assertFalse(above.memoryLimitReached());
    }

    @Test
    void limitThatWasMetByReclaimingIsNotReached() throws IOException {
        file("memory.events", memory(0, 0));
        file("memory.events.local", memory(0, 0));
        CgroupUse use = CgroupAccount.read(cgroup, LIMITED);
        assertEquals(0, use.oomKills());
        assertFalse(use.memoryLimitReached());
    }

    @Test
    void refusedForkIsToldWhereItIsCertainWhoseLimitItWas() throws IOException {
        file("pids.events", "max 3\n");
        assertFalse(CgroupAccount.read(cgroup, LIMITED).pidsLimitReached(), "before 6.1: no peak");
        file("pids.peak", "49\n");
        assertFalse(CgroupAccount.read(cgroup, LIMITED).pidsLimitReached(), "it was a limit above");
        file("pids.peak", "50\n");
        assertTrue(CgroupAccount.read(cgroup, LIMITED).pidsLimitReached());
        file("pids.events.local", "max 0\n");
        assertFalse(CgroupAccount.read(cgroup, LIMITED).pidsLimitReached(), "6.11 and newer say it outright");
        file("pids.events.local", "max 3\n");
        assertTrue(CgroupAccount.read(cgroup, LIMITED).pidsLimitReached());
        assertFalse(CgroupAccount.read(cgroup, CgroupLimits.NONE).pidsLimitReached(), "there is none");
    }

    @Test
    void whatIsMissingOrNoNumberIsNotKnown() throws IOException {
        CgroupUse none = CgroupAccount.read(cgroup, LIMITED);
        assertEquals(new CgroupUse(-1, -1, -1, -1, -1, -1, -1, -1, false, false), none);
        file("memory.peak", "max\n");
        file("memory.events", "oom_kills 7\noom_kill\n");
        file("cpu.stat", "usage_usec 5\nuser_usec 3\nsystem_usec 2\n");
        CgroupUse times = new CgroupUse(-1, -1, 3, 2, -1, -1, -1, -1, false, false);
        assertEquals(times, CgroupAccount.read(cgroup, LIMITED), "without the CPU controller there are times only");
    }

    @Test
    void throttlingIsReadWhereTheCpuControllerIsEnabled() throws IOException {
        file("cpu.stat", """
                usage_usec 120015
                user_usec 100012
                system_usec 20003
                nice_usec 0
                core_sched.force_idle_usec 0
                nr_periods 11
                nr_throttled 9
                throttled_usec 880017
                nr_bursts 0
                burst_usec 0
                """);
        CgroupUse use = CgroupAccount.read(cgroup, CgroupLimits.NONE);
        assertEquals(new CgroupUse(-1, -1, 100_012, 20_003, 11, 9, 880_017, -1, false, false), use);
    }
}
