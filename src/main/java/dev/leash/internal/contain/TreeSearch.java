package dev.leash.internal.contain;

import dev.leash.Straggler;
import dev.leash.Straggler.Membership;
import dev.leash.internal.contain.KnownMembers.Known;
import dev.leash.internal.contain.MemberSnapshot.Target;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Processes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One search for the members of a {@link ProcessTree}. A process is a member if it is in the group of the run, if its
 * parent or the leader of its group is a member, if a member made its session, or if it has the cookie.
 *
 * <p>A pid that was read may belong to another process by the time of the signal. So the search opens a pidfd for
 * each candidate, reads again all that makes it a member, and then asks whether the process of the pidfd still
 * exists: if so, what was read was about this process. In the same way a member that proves another's membership (as
 * its parent or the leader of its group) is held by a pidfd, and after the read the search asks whether it still
 * exists.
 */
final class TreeSearch {
    /**
     * A search ends with what it has by then: processes that fork faster than this machine can list them have to be
     * killed first.
     */
    private static final long LONGEST_NANOS = 250_000_000;

    /** How long the search waits for a process to complete its execve(2) on a busy machine. */
    private static final long LONGEST_UNDECIDED_NANOS = 2_000_000_000;

    private static final long PAUSE_NANOS = 200_000;
    private static final int INIT = 1;
    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    private final CallState state;
    private final int leaderPid;
    private final int leaderPidfd;
    private final @Nullable Cookie cookie;
    private final long sinceTicks;
    private final KnownMembers known;
    private final Freezer freezer;
    private final int ownSession;
    private final Map<Integer, Known> held = new TreeMap<>();
    private boolean full;

    /** Processes that cannot be judged yet, because they are inside execve(2). */
    private final Set<Integer> undecided = new TreeSet<>();

    /**
     * A search for the members of one run.
     *
     * @param state of the calling thread, which does the search
     * @param leaderPidfd negative if there is none; the leader and its group are then found by the cookie only
     * @param cookie null if the run has none
     * @param known members outside the group that were found before; those found now are added
     */
    TreeSearch(
            CallState state,
            int leaderPid,
            int leaderPidfd,
            @Nullable Cookie cookie,
            long sinceTicks,
            KnownMembers known)
            throws IOException {
        this.state = state;
        this.leaderPid = leaderPid;
        this.leaderPidfd = leaderPidfd;
        this.cookie = cookie;
        this.sinceTicks = sinceTicks;
        this.known = known;
        this.freezer = new Freezer(state, leaderPidfd, sinceTicks);
        ProcessEntry self = ProcessEntry.read(state, OWN_PID);
        this.ownSession = self == null ? 0 : self.session();
    }

    MemberSnapshot snapshot(boolean freeze) throws IOException {
        long start = Clock.monotonicNanos();
        boolean handedOver = false;
        try {
            known.copies(state).forEach(member -> held.put(member.entry().pid(), member));
            if (freeze) {
                freezer.stopGroup();
            }
            ProcessTable table;
            boolean more;
            boolean first = freeze;
            do {
                undecided.clear();
                table = ProcessTable.fresh();
                for (Known member : first ? held.values() : List.<Known>of()) {
                    freezer.stop(member, table);
                }
                first = false;
                more = admitFrom(table, freeze);
                if (!more) {
                    more = admitUndecided(start + LONGEST_UNDECIDED_NANOS, freeze, table);
                }
            } while (more && !full && Clock.monotonicNanos() - start < LONGEST_NANOS);
            known.learn(
                    state,
                    held.values().stream().filter(TreeSearch::hasLeftTheGroup).toList());
            MemberSnapshot snapshot = snapshot(table);
            if (full && snapshot.living().isEmpty()) {
                throw new IOException("not enough descriptors to search for the members of a run");
            }
            handedOver = true;
            return snapshot;
        } finally {
            if (!handedOver) {
                if (freeze) {
                    freezer.resume(held.values());
                }
                held.values().forEach(member -> Descriptors.close(state, member.pidfd()));
            }
        }
    }

    private static boolean hasLeftTheGroup(Known member) {
        return member.membership() != Membership.LEADER && member.membership() != Membership.GROUP;
    }

    /** Adds all members that the table shows. Returns whether any was new. */
    private boolean admitFrom(ProcessTable table, boolean freeze) throws IOException {
        boolean any = false;
        boolean more;
        do {
            more = false;
            for (ProcessEntry candidate : table.entries()) {
                if (!full
                        && !isHeld(candidate)
                        && membership(candidate) != null
                        && admit(candidate.pid(), freeze, table)) {
                    more = true;
                }
            }
            any |= more;
        } while (more);
        return any;
    }

    /**
     * Adds the undecided processes that turn out to be members. Waits only for those seen so far: on a busy machine
     * some unrelated process is always inside execve(2).
     */
    private boolean admitUndecided(long until, boolean freeze, ProcessTable table) throws IOException {
        boolean any = false;
        while (!undecided.isEmpty() && !full && Clock.monotonicNanos() < until) {
            Clock.sleep(PAUSE_NANOS);
            for (int pid : List.copyOf(undecided)) {
                undecided.remove(pid);
                any |= admit(pid, freeze, table); // or it becomes undecided again
            }
        }
        return any;
    }

    private boolean isHeld(ProcessEntry process) {
        Known member = held.get(process.pid());
        return member != null && member.entry().startTicks() == process.startTicks();
    }

    private boolean admit(int pid, boolean freeze, ProcessTable table) throws IOException {
        int pidfd = Processes.openPidfd(state, pid);
        if (pidfd < 0) {
            full |= pidfd == -Errno.EMFILE || pidfd == -Errno.ENFILE || pidfd == -Errno.ENOMEM;
            return false;
        }
        boolean admitted = false;
        try {
            ProcessEntry now = ProcessEntry.read(state, pid);
            Membership membership = now == null ? null : membership(now);
            if (now != null && membership != null && exists(pidfd)) {
                hold(new Known(pidfd, now, membership), freeze, table);
                admitted = true;
            }
            return admitted;
        } finally {
            if (!admitted) {
                Descriptors.close(state, pidfd);
            }
        }
    }

    private void hold(Known member, boolean freeze, ProcessTable table) {
        if (freeze) {
            freezer.stop(member, table);
        }
        Known former = held.put(member.entry().pid(), member);
        if (former != null) {
            Descriptors.close(state, former.pidfd());
        }
    }

    /** Why the process counts as a member, or null if it does not. */
    private @Nullable Membership membership(ProcessEntry process) throws IOException {
        // A process that is older than the run is no descendant of it.
        if (process.startTicks() < sinceTicks || process.pid() == OWN_PID || process.pid() == INIT) {
            return null;
        }
        if (process.pid() == leaderPid && exists(leaderPidfd)) {
            return Membership.LEADER;
        }
        if (process.group() == leaderPid && groupExists()) {
            return Membership.GROUP;
        }
        if (hasItsNumber(process.parent()) || (process.parent() == leaderPid && exists(leaderPidfd))) {
            return Membership.PARENT;
        }
        if (hasItsNumber(process.group()) || ledByMember(process.group())) {
            return Membership.SUBGROUP;
        }
        if (isMembersSession(process.session())) {
            return Membership.SESSION;
        }
        if (cookie == null) {
            return null;
        }
        return switch (cookie.bearing(state, process)) {
            case YES -> Membership.COOKIE;
            case NO -> null;
            case NOT_KNOWN_YET -> {
                undecided.add(process.pid());
                yield null;
            }
        };
    }

    /** Whether {@code pid} is a member that has not been reaped, so that the pid cannot have been reused. */
    private boolean hasItsNumber(int pid) {
        Known member = held.get(pid);
        return member != null && exists(member.pidfd());
    }

    /** Whether a member leads or led {@code group}; that member may have ended. */
    private boolean ledByMember(int group) {
        Known member = held.get(group);
        return member != null && KnownMembers.leadsGroup(state, member.pidfd());
    }

    private boolean groupExists() {
        return KernelFeatures.PIDFD_GROUP_SIGNAL
                ? leaderPidfd >= 0 && Processes.signalGroup(state, leaderPidfd, 0) != -Errno.ESRCH
                : exists(leaderPidfd); // before Linux 6.9 the leader stays unreaped until the run ends
    }

    /**
     * No process can join an existing session: each process in a session descends from its maker. This JVM's session
     * is not the run's.
     */
    private boolean isMembersSession(int session) throws IOException {
        if (session == ownSession || session == 0) {
            return false;
        }
        for (Known member : held.values()) {
            if (member.entry().session() == session && member.pidfd() >= 0 && exists(member.pidfd())) {
                ProcessEntry now = ProcessEntry.read(state, member.entry().pid());
                if (now != null && now.session() == session) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean exists(int pidfd) {
        return pidfd >= 0 && Processes.signal(state, pidfd, 0) != -Errno.ESRCH;
    }

    private MemberSnapshot snapshot(ProcessTable last) {
        Map<Integer, ProcessEntry> latest = new HashMap<>();
        last.entries().forEach(process -> latest.put(process.pid(), process));
        List<Straggler> living = new ArrayList<>();
        int refusal = 0;
        Map<Integer, List<Known>> groups = new TreeMap<>();
        for (Known member : held.values()) {
            ProcessEntry now = latest.get(member.entry().pid());
            if (now == null || now.startTicks() != member.entry().startTicks()) {
                now = member.entry();
            }
            if (now.alive()) {
                int refusedBy = Processes.refusal(state, member.pidfd());
                refusal = refusedBy == 0 ? refusal : refusedBy;
                living.add(Members.of(now, member.membership(), refusedBy != 0));
                if (member.membership() == Membership.LEADER && !groupExists()) {
                    continue; // it has moved to another group, and the process set reaches it all the same
                }
                groups.computeIfAbsent(now.group(), group -> new ArrayList<>()).add(member);
            }
        }
        List<Target> targets = new ArrayList<>();
        groups.forEach((group, members) -> addTargets(targets, group, members, last));
        int[] descriptors = held.values().stream().mapToInt(Known::pidfd).toArray();
        return new MemberSnapshot(living, refusal, targets, descriptors);
    }

    /**
     * The group as one target if it has only members and its leader's pidfd names it for certain; otherwise one
     * target for each member.
     */
    private void addTargets(List<Target> targets, int group, List<Known> members, ProcessTable last) {
        if (group == leaderPid && groupExists()) {
            return; // the process set reaches these without a search
        }
        Known leader = held.get(group);
        if (KernelFeatures.PIDFD_GROUP_SIGNAL && leader != null && !hasStranger(group, last)) {
            targets.add(new Target(leader.pidfd(), true));
        } else {
            members.forEach(member -> targets.add(new Target(member.pidfd(), false)));
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
