package dev.leash.internal.contain;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Straggler;
import dev.leash.Straggler.Membership;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.support.LeakCheck;
import dev.leash.support.Probe;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import dev.leash.support.Skip;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals to a group, through the leader's pidfd (Linux 6.9) or by its number. Whole runs are in ProcessGroupLifecycleTest. */
@Timeout(60)
class ProcessGroupTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final CallState state = CallState.create();

    private ProcessGroup of(RawChild leader, boolean throughPidfd) {
        Skip.unless(!throughPidfd || KernelFeatures.PIDFD_GROUP_SIGNAL, "signals to a group by pidfd need Linux 6.9");
        return new ProcessGroup(leader.pid(), leader.pidfd(), throughPidfd);
    }

    private static boolean anyAlive(RawChild leader) {
        return ProcScan.group(leader.pid()).stream().anyMatch(ProcScan.Info::alive);
    }

    private static Set<Membership> memberships(MemberSnapshot snapshot) {
        return snapshot.living().stream().map(Straggler::membership).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSignalReachesTheLeaderAndEachMember(boolean throughPidfd) throws Exception {
        try (RawChild leader = RawChild.leader(3)) {
            ProcessGroup group = of(leader, throughPidfd);
            assertEquals(0, group.signal(state, SIGTERM));
            assertEquals(128 + SIGTERM, leader.reap());
            eventually("the members are dead", () -> !anyAlive(leader));
        }
    }

    /** What the fallback before Linux 6.9 is for: the zombie pins the number, and the others can be signalled by it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void membersAreReachedThoughTheLeaderIsAZombie(boolean throughPidfd) throws Exception {
        try (RawChild leader = RawChild.start("sh", "-c", "sleep 600 & exit 3")) {
            leader.awaitExit();
            eventually("the member is there", () -> ProcScan.sleepers(leader.pid()) == 1);
            ProcessGroup group = of(leader, throughPidfd);
            assertFalse(group.provenEmpty(state));
            try (MemberSnapshot members = group.snapshot(state, false)) {
                assertEquals(Set.of(Membership.GROUP), memberships(members));
                assertEquals("sleep", members.living().getFirst().name());
            }
            assertEquals(0, group.signal(state, SIGKILL));
            eventually("the member is dead", () -> !anyAlive(leader));
            assertEquals(3, leader.reap());
        }
    }

    @Test
    void anEmptyGroupIsProvenByOneCallOnceItsLeaderIsReaped() throws Exception {
        try (RawChild leader = RawChild.start("true")) {
            ProcessGroup group = of(leader, true);
            leader.awaitExit();
            assertFalse(group.provenEmpty(state), "a zombie is a member");
            leader.reap();
            assertTrue(group.provenEmpty(state));
            assertEquals(-Errno.ESRCH, group.signal(state, SIGKILL));
        }
    }

    @Test
    void aGroupIsNotProvenEmptyAsLongAsAMemberIsLeft() throws Exception {
        try (RawChild leader = RawChild.start("sh", "-c", "sleep 600 & exit 0")) {
            ProcessGroup group = of(leader, true);
            leader.reap();
            assertFalse(group.provenEmpty(state));
            assertEquals(0, group.signal(state, SIGKILL), "its number is its own still");
            eventually("it is empty", () -> group.provenEmpty(state));
        }
    }

    @Test
    void theNumberAloneProvesNothing() throws Exception {
        try (RawChild leader = RawChild.start("true")) {
            leader.awaitExit();
            ProcessGroup group = of(leader, false);
            assertTrue(group.needsZombieLeader());
            assertFalse(group.provenEmpty(state));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLeaderThatHasGoneIntoAnotherGroupIsReached(boolean throughPidfd) throws Exception {
        Skip.unless(Probe.succeeds("perl", "-e", "1"), "no shell can leave its group: this needs perl");
        int ignored = Skip.unlessTheGroupOfTheJvmCanBeJoined();
        try (RawChild leader = RawChild.start("perl", "-e", "setpgrp(0, getpgrp(getppid)); sleep 600")) {
            eventually(
                    "it has left", () -> ProcScan.of(leader.pid()).orElseThrow().pgrp() != leader.pid());
            assertEquals(0, of(leader, throughPidfd).signal(state, SIGTERM));
            assertEquals(128 + SIGTERM, leader.reap());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void killReachesALeaderThatHasLeftAndTheMembersThatItHasLeftBehind(boolean throughPidfd) throws Exception {
        Skip.unless(Probe.succeeds("perl", "-e", "1"), "no shell can leave its group: this needs perl");
        int ignored = Skip.unlessTheGroupOfTheJvmCanBeJoined();
        String line = "if (!fork) { exec 'sleep', '600' } setpgrp(0, getpgrp(getppid)); sleep 600";
        try (RawChild leader = RawChild.start("perl", "-e", line)) {
            eventually(
                    "it has left",
                    () -> ProcScan.of(leader.pid()).orElseThrow().pgrp() != leader.pid()
                            && ProcScan.sleepers(leader.pid()) == 1);
            assertEquals(0, of(leader, throughPidfd).signal(state, SIGKILL));
            assertEquals(128 + SIGKILL, leader.reap());
            eventually("the member is dead", () -> !anyAlive(leader));
        }
    }

    @Test
    void strangersAreNotInASnapshot() throws Exception {
        try (RawChild leader = RawChild.leader(2);
                RawChild stranger = RawChild.leader(1);
                MemberSnapshot members = of(leader, false).snapshot(state, true)) {
            assertEquals(3, members.living().size(), () -> members.living().toString());
            assertEquals(Set.of(Membership.LEADER, Membership.GROUP), memberships(members));
            assertTrue(members.living().stream().allMatch(member -> !member.refused()));
            assertTrue(members.living().stream().noneMatch(member -> member.pid() == stranger.pid()));
        }
    }
}
