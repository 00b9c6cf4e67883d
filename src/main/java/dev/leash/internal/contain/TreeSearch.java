package dev.leash.internal.contain;

import dev.leash.Straggler;
import dev.leash.Straggler.Membership;
import dev.leash.internal.contain.MemberSnapshot.Target;
import dev.leash.internal.proc.LastPid;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import dev.leash.internal.proc.ThreadChildren;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One search for the members of a {@link ProcessTree}, by {@link TreeEvidence}.
 *
 * <p>A pid that was read may belong to another process by the time of the signal. So the search opens a pidfd for
 * each candidate, reads again all that makes it a member, and then asks whether the process of the pidfd still
 * exists: if so, what was read was about this process. In the same way a member that proves another's membership (as
 * its parent or the leader of its group) is {@linkplain SeenMember named for certain}, and after the read the search asks
 * whether it still exists.
 */
final class TreeSearch {
    /**
     * A search ends with what it has by then: processes that fork faster than this machine can list them have to be
     * killed first.
     */
    static final long LONGEST_NANOS = 250_000_000;

    /** So often it looks in any case: on a busy machine one look alone may take longer than all should. */
    private static final int LEAST_LOOKS = 3;

    /** Likewise for what is born meanwhile. It takes a few microseconds, unless this thread gets no processor. */
    private static final long LEAST_BORN_NANOS = 100_000_000;

    /** How long the search waits for a process to complete its execve(2) on a busy machine. */
    private static final long LONGEST_UNDECIDED_NANOS = 2_000_000_000;

    private static final long PAUSE_NANOS = 200_000;

    private final CallState state;
    private final int leaderPid;
    private final KnownMembers known;
    private final long longestNanos;
    private final Freezer freezer;
    private final TreeEvidence evidence;
    private final Map<Integer, SeenMember> held = new TreeMap<>();

    /** Those whose children have not been looked for, parents first. */
    private final Deque<ProcessEntry> stopped = new ArrayDeque<>();

    /**
     * A search for the members of one run.
     *
     * @param state of the calling thread, which does the search
     * @param leaderPidfd negative if there is none; the leader and its group are then found by the cookie only
     * @param cookie null if the run has none
     * @param known members outside the group that were found before; those found now are added
     * @param longestNanos {@link #LONGEST_NANOS}
     */
    TreeSearch(
            CallState state,
            int leaderPid,
            int leaderPidfd,
            @Nullable Cookie cookie,
            long sinceTicks,
            KnownMembers known,
            long longestNanos)
            throws IOException {
        this.longestNanos = longestNanos;
        this.state = state;
        this.leaderPid = leaderPid;
        this.known = known;
        this.freezer = new Freezer(state, leaderPidfd, sinceTicks);
        this.evidence = new TreeEvidence(state, leaderPid, leaderPidfd, cookie, sinceTicks, held);
    }

    MemberSnapshot snapshot(boolean freeze) throws IOException {
        long start = Clock.monotonicNanos();
        boolean handedOver = false;
        try {
            known.copies(state).forEach(member -> held.put(member.pid(), member));
            if (freeze) {
                freezer.stopGroup();
            }
            ProcessTable table;
            boolean more;
            boolean first = freeze;
            int looks = 0;
            do {
                looks++;
                evidence.undecided.clear();
                int last = LastPid.now(state);
                table = ProcessTable.fresh();
                for (SeenMember member : first ? held.values() : List.<SeenMember>of()) {
                    freezer.stop(member, table);
                }
                first = false;
                more = admitFrom(table, freeze);
                if (!more && last != LastPid.UNKNOWN) {
                    long least = Clock.monotonicNanos() + LEAST_BORN_NANOS;
                    more = admitBornSince(last, Math.max(start + longestNanos, least), freeze, table);
                }
                if (!more) {
                    more = admitUndecided(start + LONGEST_UNDECIDED_NANOS, freeze, table);
                }
            } while (more && (looks < LEAST_LOOKS || Clock.monotonicNanos() - start < longestNanos));
            known.learn(
                    state,
                    held.values().stream().filter(TreeSearch::hasLeftTheGroup).toList());
            MemberSnapshot snapshot = snapshot(table, !more);
            handedOver = true;
            return snapshot;
        } finally {
            if (!handedOver) {
                if (freeze) {
                    freezer.resume(held.values());
                }
                held.values().forEach(member -> member.close(state));
            }
        }
    }

    private static boolean hasLeftTheGroup(SeenMember member) {
        return member.membership() != Membership.LEADER && member.membership() != Membership.GROUP;
    }

    /** Adds all members that the table shows. Returns whether any was new. */
    private boolean admitFrom(ProcessTable table, boolean freeze) throws IOException {
        boolean any = false;
        boolean more;
        do {
            more = false;
            for (ProcessEntry candidate : table.entries()) {
                if (!isHeld(candidate) && evidence.of(candidate) != null && admit(candidate.pid(), freeze, table)) {
                    more = true;
                    admitChildren(table);
                }
            }
            any |= more;
        } while (more);
        return any;
    }

    /**
     * Stops and adds the children of those just stopped, and theirs: a chain of processes that each fork the next and
     * exit is faster than the table, which takes milliseconds to read. A process that is stopped has forked the next
     * already, but keeps it as its child.
     */
    private void admitChildren(ProcessTable table) throws IOException {
        for (ProcessEntry parent = stopped.poll(); parent != null; parent = stopped.poll()) {
            // To list a single thread would take as long as the rest.
            int[] threads = parent.threads() == 1 ? new int[] {parent.pid()} : ThreadChildren.threads(parent.pid());
            for (int tid : threads) {
                int[] children = ThreadChildren.of(state, parent.pid(), tid);
                for (int child : children == null ? new int[0] : children) {
                    if (!held.containsKey(child)) {
                        boolean ignored = admit(child, true, table);
                    }
                }
            }
        }
    }

    /**
     * Adds the undecided processes that turn out to be members. Waits only for those seen so far: on a busy machine
     * some unrelated process is always inside execve(2).
     */
    private boolean admitUndecided(long until, boolean freeze, ProcessTable table) throws IOException {
        boolean any = false;
        while (!evidence.undecided.isEmpty() && Clock.monotonicNanos() < until) {
            Clock.sleep(PAUSE_NANOS);
            for (int pid : List.copyOf(evidence.undecided)) {
                evidence.undecided.remove(pid);
                any |= admit(pid, freeze, table); // or it becomes undecided again
                admitChildren(table);
            }
        }
        return any;
    }

    /**
     * Adds the members among the processes that were born while the table was read, or are now: of those the table may
     * have missed any. One that is gone already may have forked another, so it looks again.
     *
     * @param since the last number that was given before the table was read
     * @return whether any was new, or the time is over and there may be others
     */
    private boolean admitBornSince(int since, long until, boolean freeze, ProcessTable table) throws IOException {
        boolean any = false;
        int from = since;
        while (true) {
            int to = LastPid.now(state);
            if (to < from) {
                return true; // the numbers have begun anew
            }
            boolean gone = false;
            for (int pid = to; pid > from; pid--) { // the youngest first: it lives the longest
                ProcessEntry born = ProcessEntry.read(state, pid);
                gone |= born == null;
                if (born != null && !isHeld(born) && evidence.of(born) != null && admit(pid, freeze, table)) {
                    any = true;
                    admitChildren(table);
                }
            }
            if (any || !gone) {
                return any;
            }
            if (Clock.monotonicNanos() >= until) {
                return true;
            }
            from = to;
        }
    }

    private boolean isHeld(ProcessEntry process) {
        SeenMember member = held.get(process.pid());
        return member != null && member.is(process);
    }

    private boolean admit(int pid, boolean freeze, ProcessTable table) throws IOException {
        int pidfd = Processes.openPidfd(state, pid);
        if (pidfd == -Errno.ESRCH || pidfd == -Errno.EINVAL || pidfd == -Errno.ENOENT) {
            return false; // it is gone, or is a thread of a process
        }
        SystemCallException.check("pidfd_open", pidfd); // a member may be missed, as when no descriptor is left
        boolean owned = false;
        try {
            ProcessEntry now = ProcessEntry.read(state, pid);
            Membership membership = now == null ? null : evidence.of(now);
            if (now == null || membership == null || !exists(pidfd)) {
                return false;
            }
            if (freeze) {
                freezer.stop(pidfd, now, table); // at once: to be named for certain may take it a moment
                stopped.add(now);
            }
            owned = true;
            SeenMember member = SeenMember.of(state, pidfd, now, membership);
            if (member == null) {
                return false;
            }
            SeenMember former = held.put(pid, member);
            if (former != null) {
                former.close(state);
            }
            return true;
        } finally {
            if (!owned) {
                Descriptors.close(state, pidfd);
            }
        }
    }

    private boolean exists(int pidfd) {
        return pidfd >= 0 && Processes.exists(state, pidfd);
    }

    private MemberSnapshot snapshot(ProcessTable last, boolean settled) {
        Map<Integer, ProcessEntry> latest = new HashMap<>();
        last.entries().forEach(process -> latest.put(process.pid(), process));
        List<Straggler> living = new ArrayList<>();
        int refusal = 0;
        Map<Integer, List<SeenMember>> groups = new TreeMap<>();
        for (SeenMember member : held.values()) {
            ProcessEntry now = latest.get(member.pid());
            if (now == null || !member.is(now)) {
                now = member.entry();
            }
            if (now.alive()) {
                int refusedBy = member.refusal(state);
                refusal = refusedBy == 0 ? refusal : refusedBy;
                living.add(Members.of(now, member.membership(), refusedBy != 0));
                if (member.membership() == Membership.LEADER && !evidence.leadersGroupExists()) {
                    continue; // it has moved to another group, and the process set reaches it all the same
                }
                groups.computeIfAbsent(now.group(), group -> new ArrayList<>()).add(member);
            }
        }
        List<Target> targets = new ArrayList<>();
        groups.forEach((group, members) -> addTargets(targets, group, members, last));
        return new MemberSnapshot(living, refusal, settled, targets, List.copyOf(held.values()));
    }

    /**
     * The group as one target if it has only members and its leader's pidfd names it for certain; otherwise one
     * target for each member.
     */
    private void addTargets(List<Target> targets, int group, List<SeenMember> members, ProcessTable last) {
        if (group == leaderPid && evidence.leadersGroupExists()) {
            return; // the process set reaches these without a search
        }
        SeenMember leader = held.get(group);
        if (KernelFeatures.PIDFD_GROUP_SIGNAL && leader != null && leader.pidfd() >= 0 && !hasStranger(group, last)) {
            targets.add(new Target(leader, true));
        } else {
            members.forEach(member -> targets.add(new Target(member, false)));
        }
    }

    private boolean hasStranger(int group, ProcessTable table) {
        for (ProcessEntry process : table.entries()) {
            if (process.group() == group && process.alive() && !isHeld(process)) {
                return true;
            }
        }
        return false;
    }
}
