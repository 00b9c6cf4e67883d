package dev.leash.internal.contain;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Straggler.Membership;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Processes;
import dev.leash.support.LeakCheck;
import dev.leash.support.RawChild;
import dev.leash.support.Skip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Members that were found once, each held by a pidfd of its own. */
@Timeout(60)
class KnownMembersTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final int SIGTERM = 15;

    private final CallState state = CallState.create();
    private final KnownMembers members = new KnownMembers();

    @AfterEach
    void close() {
        members.close(state);
    }

    private SeenMember known(RawChild child) {
        ProcessEntry entry = read(child.pid());
        assertNotNull(entry);
        return new SeenMember(child.pidfd(), entry, Membership.SESSION);
    }

    private ProcessEntry read(int pid) {
        try {
            return ProcessEntry.read(state, pid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<SeenMember> copies() {
        try {
            return members.copies(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Integer> pids() {
        return withCopies(
                copies -> copies.stream().map(one -> one.entry().pid()).sorted().toList());
    }

    private interface Look<T> {
        T at(List<SeenMember> copies);
    }

    private <T> T withCopies(Look<T> look) {
        List<SeenMember> copies = copies();
        try {
            return look.at(copies);
        } finally {
            copies.forEach(one -> one.close(state));
        }
    }

    @Test
    void whoWasLearntIsToldWithADescriptorOfItsOwn() throws Exception {
        try (RawChild child = RawChild.start("sleep", "600")) {
            members.learn(state, List.of(known(child)));
            withCopies(copies -> {
                SeenMember copy = copies.getFirst();
                assertEquals(Membership.SESSION, copy.membership());
                assertNotEquals(child.pidfd(), copy.pidfd());
                return Processes.signal(state, copy.pidfd(), SIGTERM);
            });
            assertEquals(128 + SIGTERM, child.reap());
        }
    }

    @Test
    void toLearnTheSameAgainTakesNothing() throws Exception {
        try (RawChild child = RawChild.start("sleep", "600")) {
            SeenMember one = known(child);
            members.learn(state, List.of(one, one));
            LeakCheck.Baseline before = LeakCheck.now();
            members.learn(state, List.of(one));
            assertEquals(List.of(), before.leaked());
            assertEquals(List.of(child.pid()), pids());
        }
    }

    @Test
    void whoIsDeadAndReapedIsForgotten() throws Exception {
        try (RawChild child = RawChild.start("sleep", "600");
                RawChild other = RawChild.start("sleep", "600")) {
            members.learn(state, List.of(known(child), known(other)));
            child.end();
            assertEquals(List.of(other.pid()), pids());
        }
    }

    /** By it the members of its group are reached, who have nothing else that tells. */
    @Test
    void whoIsDeadIsKnownAsLongAsItsGroupHasAMember() throws Exception {
        Skip.unless(KernelFeatures.PIDFD_GROUP_SIGNAL, "a group cannot be asked for by a pidfd before Linux 6.9");
        try (RawChild leader = RawChild.start("sh", "-c", "sleep 600 & read line; exit 0")) {
            members.learn(state, List.of(known(leader)));
            leader.reap();
            withCopies(copies -> {
                assertEquals(1, copies.size(), "its group has a member");
                assertEquals(false, copies.getFirst().entry().alive());
                return Processes.signalGroup(state, copies.getFirst().pidfd(), SIGTERM);
            });
            eventually("it is forgotten", () -> pids().isEmpty());
        }
    }

    /** The number has gone to another process: what /proc says of it now is about that one. */
    @Test
    void anotherProcessOfTheSameNumberIsNotTakenForTheOneThatWasKnown() throws Exception {
        try (RawChild child = RawChild.start("sleep", "600");
                RawChild gone = RawChild.start("true")) {
            ProcessEntry now = known(child).entry();
            ProcessEntry former = new ProcessEntry(
                    now.pid(),
                    now.name(),
                    now.state(),
                    now.parent(),
                    now.group(),
                    now.session(),
                    now.threads(),
                    now.startTicks() - 1);
            gone.reap();
            members.learn(state, List.of(new SeenMember(gone.pidfd(), former, Membership.PARENT)));
            assertEquals(List.of(), pids());
            assertTrue(ProcessHandle.of(child.pid()).orElseThrow().isAlive());
        }
    }

    @Test
    void fewAreHeldByDescriptorsHoweverManyThereAre() throws Exception {
        List<RawChild> children = new ArrayList<>();
        try {
            for (int number = 0; number < 100; number++) {
                children.add(RawChild.start("sleep", "600"));
            }
            List<SeenMember> all = children.stream().map(this::known).toList();
            int before = LeakCheck.descriptors().size();
            members.learn(state, all);
            assertEquals(64, LeakCheck.descriptors().size() - before);
            withCopies(copies -> {
                assertEquals(100, copies.size());
                for (SeenMember copy : copies) {
                    assertEquals(0, copy.signal(state, SIGTERM));
                }
                return null;
            });
            for (RawChild child : children) {
                assertEquals(128 + SIGTERM, child.reap());
            }
            assertEquals(List.of(), pids());
            members.close(state);
            assertEquals(before, LeakCheck.descriptors().size(), "all are given back");
        } finally {
            children.forEach(RawChild::close);
        }
    }

    /** Without a descriptor, too, it is not taken for the process that has its pid by now. */
    @Test
    void signalDoesNotReachAnotherProcessOfTheSameNumber() throws Exception {
        try (RawChild child = RawChild.start("sleep", "600")) {
            ProcessEntry now = known(child).entry();
            ProcessEntry former = new ProcessEntry(
                    now.pid(), now.name(), 'S', now.parent(), now.group(), now.session(), 1, now.startTicks() - 1);
            SeenMember gone = new SeenMember(-1, former, Membership.PARENT);
            assertEquals(-Errno.ESRCH, gone.signal(state, SIGTERM));
            assertEquals(false, gone.exists(state));
            assertEquals(0, new SeenMember(-1, now, Membership.PARENT).signal(state, SIGTERM));
            assertEquals(128 + SIGTERM, child.reap());
        }
    }
}
