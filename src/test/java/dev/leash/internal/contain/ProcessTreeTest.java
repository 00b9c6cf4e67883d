package dev.leash.internal.contain;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Straggler;
import dev.leash.Straggler.Membership;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.ProcessControls;
import dev.leash.internal.sys.Resources;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is found to belong to a tree, and by what. That all of them die with a run is in TreeTest. */
@Timeout(60)
class ProcessTreeTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final int SIGKILL = 9;

    private final CallState state = CallState.create();
    private final String marker = ProcScan.newMarker();
    private final ProcessSet.Factory factory = ProcessTree.prepare(); // before the start of what bears its cookie

    @AfterEach
    void killWhatHasLeft() {
        ProcScan.withMarker(marker)
                .forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
        eventually("all are dead", () -> ProcScan.withMarker(marker).isEmpty());
    }

    private RawChild start(boolean bearsCookie, String line) throws Exception {
        List<byte[]> environment = new ArrayList<>(List.of(
                "PATH=/usr/bin:/bin".getBytes(UTF_8), (ProcScan.MARKER_VARIABLE + "=" + marker).getBytes(UTF_8)));
        if (bearsCookie) {
            environment.add(("LEASH_RUN=" + factory.cookie().id()).getBytes(UTF_8));
        }
        return RawChild.start(ChildEnvironment.of(environment), "/bin/sh", "-c", line);
    }

    private void awaitSleepers(int count) {
        eventually(
                "they are there",
                () -> ProcScan.withMarker(marker).stream()
                                .filter(info -> info.name().equals("sleep"))
                                .count()
                        == count);
    }

    private static Set<Membership> ofSleepers(MemberSnapshot snapshot) {
        return snapshot.living().stream()
                .filter(member -> member.name().equals("sleep"))
                .map(Straggler::membership)
                .collect(Collectors.toSet());
    }

    private ProcessSet treeWithCookie(RawChild leader) {
        return factory.of(state, leader.pid(), leader.pidfd());
    }

    @Test
    void childThatHasMadeASessionIsFoundByItsParent() throws Exception {
        try (RawChild leader = start(false, "setsid sleep 600 & wait")) {
            awaitSleepers(1);
            ProcessSet tree = ProcessTree.without(state, leader.pid(), leader.pidfd(), 0);
            try (MemberSnapshot found = tree.snapshot(state, false)) {
                assertEquals(Set.of(Membership.PARENT), ofSleepers(found), () -> found.living()
                        .toString());
            }
            tree.close(state);
        }
    }

    /** Neither its parent nor its group nor its session tells. */
    @Test
    void daemonIsFoundByItsCookieOnly() throws Exception {
        long since = Clock.bootTicks();
        try (RawChild leader = start(true, "(setsid sleep 600 &); sleep 0.1; exec sleep 600")) {
            awaitSleepers(2);
            eventually("it is an orphan", () -> ProcScan.withMarker(marker).stream()
                    .noneMatch(info -> info.name().equals("sh")));
            ProcessSet tree = treeWithCookie(leader);
            try (MemberSnapshot found = tree.snapshot(state, false)) {
                assertTrue(ofSleepers(found).contains(Membership.COOKIE), () -> found.living()
                        .toString());
                assertEquals(2, found.living().size(), () -> found.living().toString());
            }
            tree.close(state);
            ProcessSet without = ProcessTree.without(state, leader.pid(), leader.pidfd(), since);
            try (MemberSnapshot found = without.snapshot(state, false)) {
                assertEquals(Set.of(Membership.LEADER), ofSleepers(found));
            }
            without.close(state);
        }
    }

    @Test
    void processesOfAnotherRunAreNotFound() throws Exception {
        ProcessSet.Factory ofAnother = ProcessTree.prepare();
        try (RawChild leader = start(true, "sleep 600 & wait")) {
            awaitSleepers(1);
            ProcessSet another = ofAnother.of(state, leader.pid() + 1_000_000_000, -1);
            try (MemberSnapshot found = another.snapshot(state, true)) {
                assertEquals(List.of(), found.living());
            }
            another.close(state);
            assertTrue(ProcScan.withMarker(marker).stream().noneMatch(info -> info.state() == 'T'));
        }
    }

    /** Any user may set it so, and the search looks at all processes. */
    @Test
    void noNumberThatAStrangerHasForALimitBreaksTheSearch() throws Exception {
        try (RawChild leader = start(true, "setsid sleep 600 & wait");
                RawChild stranger = RawChild.start("sleep", "600")) {
            awaitSleepers(1);
            for (long limit : new long[] {-2, Long.MIN_VALUE, Long.MAX_VALUE, 0}) { // an ordinary user cannot raise it
                assertEquals(0, ProcessControls.setLimit(state, stranger.pid(), Resources.LOCKS, limit, limit));
                ProcessSet tree = treeWithCookie(leader);
                try (MemberSnapshot found = tree.snapshot(state, false)) {
                    assertEquals(2, found.living().size(), () -> found.living().toString());
                }
                tree.close(state);
            }
        }
    }

    /** Then the run would go on with it as if there were more, and the result would say so. */
    @Test
    void searchThatHasNoTimeComesToAnEndAllTheSame() throws Exception {
        KnownMembers known = new KnownMembers();
        try (RawChild leader = start(false, "setsid sleep 600 & setsid sh -c 'sleep 600; :' & wait")) {
            awaitSleepers(2);
            TreeSearch search = new TreeSearch(state, leader.pid(), leader.pidfd(), null, 0, known, 0);
            try (MemberSnapshot found = search.snapshot(true)) {
                assertEquals(4, found.living().size(), () -> found.living().toString());
                assertTrue(found.isSettled());
            }
        } finally {
            known.close(state);
        }
    }

    @Test
    void freezingStopsAllThatAreFoundAndNobodyElse() throws Exception {
        try (RawChild leader = start(true, "setsid sleep 600 & sleep 600 & wait");
                RawChild stranger = RawChild.leader(1)) {
            awaitSleepers(2);
            ProcessSet tree = treeWithCookie(leader);
            try (MemberSnapshot found = tree.snapshot(state, true)) {
                assertEquals(3, found.living().size(), () -> found.living().toString());
                eventually("all are stopped", () -> ProcScan.withMarker(marker).stream()
                        .allMatch(info -> info.state() == 'T'));
                assertTrue(ProcScan.group(stranger.pid()).stream().noneMatch(info -> info.state() == 'T'));
            }
            tree.close(state);
        }
    }

    @Test
    void aSnapshotKillsExactlyThoseWhomTheGroupDoesNotReach() throws Exception {
        try (RawChild leader = start(true, "setsid sleep 600 & sleep 600 & wait")) {
            awaitSleepers(2);
            ProcessSet tree = treeWithCookie(leader);
            assertFalse(tree.reachesAll());
            try (MemberSnapshot found = tree.snapshot(state, true)) {
                found.signal(state, SIGKILL);
                int ignored = tree.signal(state, SIGKILL);
            }
            assertEquals(128 + SIGKILL, leader.reap());
            eventually("all are dead", () -> ProcScan.withMarker(marker).isEmpty());
            tree.close(state);
        }
    }

    /** Its parent, by which it was found at first, has gone by the time of the second look. */
    @Test
    void whoWasFoundOnceIsKnownWhenItsParentHasGone() throws Exception {
        try (RawChild leader = start(false, "sh -c 'setsid sleep 600 & wait' & wait")) {
            awaitSleepers(1);
            ProcessSet tree = ProcessTree.without(state, leader.pid(), leader.pidfd(), 0);
            try (MemberSnapshot first = tree.snapshot(state, false)) {
                assertEquals(3, first.living().size(), () -> first.living().toString());
            }
            ProcScan.group(leader.pid()).stream()
                    .filter(info -> info.pid() != leader.pid())
                    .forEach(parent ->
                            ProcessHandle.of(parent.pid()).orElseThrow().destroyForcibly());
            eventually(
                    "the one in between is gone",
                    () -> ProcScan.withMarker(marker).size() == 1
                            || ProcScan.withMarker(marker).stream()
                                    .noneMatch(info -> info.name().equals("sh") && info.pid() != leader.pid()));
            try (MemberSnapshot second = tree.snapshot(state, false)) {
                assertTrue(
                        second.living().stream()
                                .anyMatch(member -> member.name().equals("sleep")),
                        () -> second.living().toString());
            }
            tree.close(state);
        }
    }

    @Test
    void aSearchAfterTheCloseHoldsNothing() throws Exception {
        try (RawChild leader = start(true, "setsid sleep 600 & wait")) {
            awaitSleepers(1);
            ProcessSet tree = treeWithCookie(leader);
            tree.close(state);
            tree.snapshot(state, false).close(); // that nothing is left open is the leak check's to see
        }
    }
}
