package dev.leash.internal.contain;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.forked.Jvm;
import dev.leash.forked.LeavesTheGroup;
import dev.leash.internal.proc.ExitInProgress;
import dev.leash.internal.sys.CallState;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import dev.leash.support.Skip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whether a program has a descendant outside of its group, as far as the kernel's lists of children show it. */
@Timeout(60)
class DescendantsTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final CallState state = CallState.create();

    @BeforeEach
    void needsLists() {
        Skip.unless(
                Files.exists(Path.of("/proc/thread-self/children")),
                "this kernel lists no children: it is built without CONFIG_PROC_CHILDREN");
    }

    private boolean mayHaveLeft(RawChild... programs) {
        int[] pids = new int[programs.length];
        for (int index = 0; index < pids.length; index++) {
            pids[index] = programs[index].pid();
        }
        boolean left = Descendants.mayHaveLeft(state, pids, ProcessSet.Threads.UNKNOWN, pids[0]);
        assertEquals(left, Descendants.mayHaveLeft(state, pids, this::threads, pids[0]), "with the number of threads");
        return left;
    }

    private int threads(int pid) {
        return ExitInProgress.at(state, pid).threads();
    }

    @Test
    void membersOfTheGroupHaveNotLeftItHoweverDeepTheyAre() throws Exception {
        try (RawChild child = RawChild.start("sh", "-c", "sh -c 'sh -c \"sleep 600 & wait\" & wait' & wait")) {
            eventually("all are there", () -> ProcScan.sleepers(child.pid()) == 1);
            assertFalse(mayHaveLeft(child));
        }
    }

    @Test
    void aProgramWithoutChildrenHasNone() throws Exception {
        try (RawChild child = RawChild.start("sleep", "600")) {
            assertFalse(mayHaveLeft(child));
            child.end();
            assertFalse(
                    Descendants.mayHaveLeft(state, new int[] {child.pid()}, ProcessSet.Threads.UNKNOWN, child.pid()),
                    "nor has one that is gone");
        }
    }

    @Test
    void aGrandchildInAnotherGroupIsSeen() throws Exception {
        try (RawChild child = RawChild.start("sh", "-c", "sh -c 'setsid sleep 600 & wait' & wait")) {
            eventually("it has left", () -> !jobsOf(child).isEmpty());
            try {
                assertTrue(mayHaveLeft(child));
            } finally {
                jobsOf(child).forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
            }
        }
    }

    /** The kernel lists children by thread, and the program's first thread has none. */
    @Test
    void aChildOfAnotherThreadIsSeen(@TempDir Path directory) throws Exception {
        String[] program = Jvm.of(directory, LeavesTheGroup.class, "sleep", "600")
                .command()
                .toArray(String[]::new);
        try (RawChild child = RawChild.start(program)) {
            eventually("it has left", () -> !jobsOf(child).isEmpty());
            try {
                assertTrue(mayHaveLeft(child));
            } finally {
                jobsOf(child).forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
            }
        }
    }

    /** The sleepers of another group whose parent is in that of {@code child}. */
    private static List<ProcScan.Info> jobsOf(RawChild child) {
        List<Integer> group =
                ProcScan.group(child.pid()).stream().map(ProcScan.Info::pid).toList();
        return ProcScan.all().stream()
                .filter(info ->
                        info.name().equals("sleep") && info.pgrp() != child.pid() && group.contains(info.ppid()))
                .toList();
    }

    @Test
    void aDescendantOfALaterProgramIsSeenToo() throws Exception {
        try (RawChild first = RawChild.start("sleep", "600");
                RawChild second = RawChild.start("sleep", "600")) {
            assertFalse(mayHaveLeft(first, second), "the programs themselves are not asked for");
        }
        try (RawChild first = RawChild.start("sleep", "600");
                RawChild second = RawChild.leader(1)) {
            assertTrue(mayHaveLeft(first, second), "the second has a child in a group that is not the first's");
        }
    }

    @Test
    void moreThanCanBeLookedAtMayHaveLeft() throws Exception {
        try (RawChild child = RawChild.leader(80)) {
            assertTrue(mayHaveLeft(child));
        }
        try (RawChild child = RawChild.leader(20)) {
            assertFalse(mayHaveLeft(child));
        }
    }
}
