package dev.leash.internal.contain;

import static dev.leash.internal.sys.SignalNumbers.SIGCONT;
import static dev.leash.internal.sys.SignalNumbers.SIGSTOP;

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
 * One search for the members of a {@link ProcessTree}: the closure of being in its group, having a member for a parent or
 * for the leader of one's group, being in a session that a member made, and bearing the cookie.
 *
 * <p>A pid that was read is only a number; by the time of the signal it may be somebody else's. So for each candidate a
 * pidfd is opened, then all that makes it a member is read again, then it is asked whether the process of the pidfd still
 * exists: if so, what was read was about it. In the same way a member that gives witness (as parent, as leader of a group)
 * is held by its pidfd, and asked after the reading whether it still has its number.
 */
final class TreeSearch {
    /** A search ends with what it has by then: whoever forks faster than this machine can list has to be killed first. */
    private static final long LONGEST_NANOS = 250_000_000;

    /** So long it waits for somebody to be through with his execve(2), on a machine that keeps him from it. */
    private static final long LONGEST_UNDECIDED_NANOS = 2_000_000_000;

    private static final long PAUSE_NANOS = 200_000;

    private static final int INIT = 1;
    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    private final CallState state;
    private final int leaderPid;
    private final int leaderPidfd;
    private final @Nullable Cookie cookie;
    private final long sinceTicks;
    private final KnownMembers remembered;
    private final int ownSession;
    private final Map<Integer, Known> held = new TreeMap<>();
    private boolean full;

    /** Of whom it could not be told yet whether they are members. */
    private final Set<Integer> undecided = new TreeSet<>();

    /**
     * Of a run.
     *
     * @param state the calling thread's, which does the search
     * @param leaderPidfd negative if there is none; the leader and its group are then found by the cookie only
     * @param cookie null if the run has none
     * @param remembered who was found before, and who will be found now, outside of the group
     */
    TreeSearch(
            CallState state,
            int leaderPid,
            int leaderPidfd,
            @Nullable Cookie cookie,
            long sinceTicks,
            KnownMembers remembered) {
        this.state = state;
        this.leaderPid = leaderPid;
        this.leaderPidfd = leaderPidfd;
        this.cookie = cookie;
        this.sinceTicks = sinceTicks;
        this.remembered = remembered;
        ProcessEntry self = ProcessEntry.read(OWN_PID);
        this.ownSession = self == null ? 0 : self.session();
    }

    MemberSnapshot snapshot(boolean freeze) throws IOException {
        long start = Clock.monotonicNanos();
        boolean handedOver = false;
        try {
            remembered.copies(state).forEach(known -> held.put(known.entry().pid(), known));
            if (freeze && KernelFeatures.PIDFD_GROUP_SIGNAL && leaderPidfd >= 0) {
                // At one blow, which no fork in the group escapes. Who cannot be stopped is found running, and found
                // again.
                int ignored = Processes.signalGroup(state, leaderPidfd, SIGSTOP);
            }
            ProcessTable table;
            boolean more;
            boolean first = freeze;
            do {
                undecided.clear();
                table = ProcessTable.fresh();
                for (Known member : first ? held.values() : List.<Known>of()) {
                    stop(member.pidfd(), member.entry(), table);
                }
                first = false;
                more = admitFrom(table, freeze);
                if (!more) {
                    more = admitUndecided(start + LONGEST_UNDECIDED_NANOS, freeze, table);
                }
            } while (more && !full && Clock.monotonicNanos() - start < LONGEST_NANOS);
            remembered.learn(
                    state,
                    held.values().stream().filter(TreeSearch::hasLeftTheGroup).toList());
            MemberSnapshot snapshot = snapshot(table);
            handedOver = true;
            return snapshot;
        } finally {
            if (!handedOver) {
                if (freeze) {
                    resume();
                }
                held.values().forEach(member -> Descriptors.close(state, member.pidfd()));
            }
        }
    }

    /** The search has failed: nothing may stay stopped for it. */
    private void resume() {
        if (KernelFeatures.PIDFD_GROUP_SIGNAL && leaderPidfd >= 0) {
            int ignored = Processes.signalGroup(state, leaderPidfd, SIGCONT);
        }
        for (Known member : held.values()) {
            int ignored = Processes.signal(state, member.pidfd(), SIGCONT);
        }
    }

    private static boolean hasLeftTheGroup(Known member) {
        return member.membership() != Membership.LEADER && member.membership() != Membership.GROUP;
    }

    /** Takes up all members that the table shows; whether there was one that is new. */
    private boolean admitFrom(ProcessTable table, boolean freeze) {
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
     * Takes up those who come to light as members. Only those who were seen are waited for: on a busy machine there is always
     * a stranger who executes something.
     */
    private boolean admitUndecided(long until, boolean freeze, ProcessTable table) {
        boolean any = false;
        while (!undecided.isEmpty() && !full && Clock.monotonicNanos() < until) {
            Clock.sleep(PAUSE_NANOS);
            for (int pid : List.copyOf(undecided)) {
                undecided.remove(pid);
                any |= admit(pid, freeze, table); // or it is undecided again
            }
        }
        return any;
    }

    private boolean isHeld(ProcessEntry process) {
        Known member = held.get(process.pid());
        return member != null && member.entry().startTicks() == process.startTicks();
    }

    private boolean admit(int pid, boolean freeze, ProcessTable table) {
        int pidfd = Processes.openPidfd(state, pid);
        if (pidfd < 0) {
            full |= pidfd == -Errno.EMFILE || pidfd == -Errno.ENFILE;
            return false;
        }
        ProcessEntry now = ProcessEntry.read(pid);
        Membership membership = now == null ? null : membership(now);
        if (now == null || membership == null || !exists(pidfd)) {
            Descriptors.close(state, pidfd);
            return false;
        }
        if (freeze) {
            stop(pidfd, now, table);
        }
        Known former = held.put(pid, new Known(pidfd, now, membership));
        if (former != null) {
            Descriptors.close(state, former.pidfd());
        }
        return true;
    }

    private void stop(int pidfd, ProcessEntry process, ProcessTable table) {
        if (process.alive() && !isInOlderGroup(process, table)) {
            int ignored = Processes.signal(state, pidfd, SIGSTOP); // as with the group
        }
    }

    /**
     * Whether it has joined a group that was there before the run, such as the JVM's. A stopped process there would be a
     * danger to strangers: when its parent ends, the kernel sends HUP to a whole group that is orphaned and has somebody
     * stopped in it, see setpgid(2).
     */
    private boolean isInOlderGroup(ProcessEntry process, ProcessTable table) {
        for (ProcessEntry other : table.entries()) {
            if (other.group() == process.group() && other.startTicks() < sinceTicks) {
                return true;
            }
        }
        return false;
    }

    /** Why the process counts as a member, or null if it does not. */
    private @Nullable Membership membership(ProcessEntry process) {
        // Whoever is older than the run is no descendant of it.
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
        return switch (cookie.bearing(process)) {
            case YES -> Membership.COOKIE;
            case NO -> null;
            case NOT_KNOWN_YET -> {
                undecided.add(process.pid());
                yield null;
            }
        };
    }

    /** Whether {@code pid} is a member that has not been reaped, so that the number was its own all the time. */
    private boolean hasItsNumber(int pid) {
        Known member = held.get(pid);
        return member != null && exists(member.pidfd());
    }

    /** Whether {@code group} is that of a member which may have gone. */
    private boolean ledByMember(int group) {
        Known member = held.get(group);
        return member != null && KnownMembers.leadsGroup(state, member.pidfd());
    }

    private boolean groupExists() {
        return KernelFeatures.PIDFD_GROUP_SIGNAL
                ? leaderPidfd >= 0 && Processes.signalGroup(state, leaderPidfd, 0) != -Errno.ESRCH
                : exists(leaderPidfd); // before Linux 6.9 the leader is not reaped before the run has ended
    }

    /** Nobody enters a session: whoever is in one is a descendant of its maker. The one of this JVM is not the run's. */
    private boolean isMembersSession(int session) {
        if (session == ownSession || session == 0) {
            return false;
        }
        for (Known member : held.values()) {
            if (member.entry().session() == session && member.pidfd() >= 0 && exists(member.pidfd())) {
                ProcessEntry now = ProcessEntry.read(member.entry().pid());
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
                    continue; // it has gone over into another group, and the containment reaches it all the same
                }
                groups.computeIfAbsent(now.group(), group -> new ArrayList<>()).add(member);
            }
        }
        List<Target> targets = new ArrayList<>();
        groups.forEach((group, members) -> addTargets(targets, group, members, last));
        int[] descriptors = held.values().stream().mapToInt(Known::pidfd).toArray();
        return new MemberSnapshot(living, refusal, targets, descriptors);
    }

    /** The group at one blow if it has none but members and its leader's pidfd names it for certain; else one by one. */
    private void addTargets(List<Target> targets, int group, List<Known> members, ProcessTable last) {
        if (group == leaderPid && groupExists()) {
            return; // these the containment reaches without a search
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
