package dev.leash.internal.contain;

import dev.leash.Straggler.Membership;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Processes;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Why a process counts as a member of a {@link ProcessTree}: it is in the group of the run, its parent or the leader of
 * its group is a member, a member made its session, or it has the {@link Cookie}. For one {@link TreeSearch}.
 */
final class TreeEvidence {
    private static final int INIT = 1;
    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    private final CallState state;
    private final int leaderPid;
    private final int leaderPidfd;
    private final @Nullable Cookie cookie;
    private final long sinceTicks;
    private final Map<Integer, SeenMember> held;
    private final int ownSession;

    /** Processes that cannot be judged yet, because they are inside execve(2). */
    final Set<Integer> undecided = new TreeSet<>();

    /**
     * @param leaderPidfd negative if there is none; the leader and its group are then found by the cookie only
     * @param cookie null if the run has none
     * @param sinceTicks no member is older
     * @param held the members that are known, as the search goes on
     */
    TreeEvidence(
            CallState state,
            int leaderPid,
            int leaderPidfd,
            @Nullable Cookie cookie,
            long sinceTicks,
            Map<Integer, SeenMember> held)
            throws IOException {
        this.state = state;
        this.leaderPid = leaderPid;
        this.leaderPidfd = leaderPidfd;
        this.cookie = cookie;
        this.sinceTicks = sinceTicks;
        this.held = held;
        ProcessEntry self = ProcessEntry.read(state, OWN_PID);
        this.ownSession = self == null ? 0 : self.session();
    }

    /** Why the process counts as a member, or null if it does not. */
    @Nullable
    Membership of(ProcessEntry process) throws IOException {
        // A process that is older than the run is no descendant of it.
        if (process.startTicks() < sinceTicks || process.pid() == OWN_PID || process.pid() == INIT) {
            return null;
        }
        if (process.pid() == leaderPid && exists(leaderPidfd)) {
            return Membership.LEADER;
        }
        if (process.group() == leaderPid && leadersGroupExists()) {
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
        Cookie.Bearing bearing = cookie.bearing(state, process);
        if (bearing == Cookie.Bearing.YES || cookie.isMarked(state, process)) {
            return Membership.COOKIE;
        }
        if (bearing == Cookie.Bearing.NOT_KNOWN_YET) {
            undecided.add(process.pid());
        }
        return null;
    }

    /** Whether {@code pid} is a member that has not been reaped, so that the pid cannot have been reused. */
    private boolean hasItsNumber(int pid) throws IOException {
        SeenMember member = held.get(pid);
        return member != null && member.exists(state);
    }

    /** Whether a member leads or led {@code group}; that member may have ended. */
    private boolean ledByMember(int group) {
        SeenMember member = held.get(group);
        return member != null && KnownMembers.leadsGroup(state, member.pidfd());
    }

    boolean leadersGroupExists() {
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
        for (SeenMember member : held.values()) {
            if (member.entry().session() == session && member.exists(state)) {
                ProcessEntry now = ProcessEntry.read(state, member.pid());
                if (now != null && now.session() == session) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean exists(int pidfd) {
        return pidfd >= 0 && Processes.exists(state, pidfd);
    }
}
