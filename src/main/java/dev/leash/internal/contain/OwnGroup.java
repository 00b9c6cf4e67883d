package dev.leash.internal.contain;

import static dev.leash.internal.sys.SignalNumbers.FIRST_OF_LIBC;
import static dev.leash.internal.sys.SignalNumbers.LAST_OF_LIBC;
import static dev.leash.internal.sys.SignalNumbers.SIGBUS;
import static dev.leash.internal.sys.SignalNumbers.SIGCONT;
import static dev.leash.internal.sys.SignalNumbers.SIGFPE;
import static dev.leash.internal.sys.SignalNumbers.SIGILL;
import static dev.leash.internal.sys.SignalNumbers.SIGKILL;
import static dev.leash.internal.sys.SignalNumbers.SIGSEGV;
import static dev.leash.internal.sys.SignalNumbers.SIGSTOP;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SignalDispositions;
import java.io.IOException;
import java.util.Set;

/**
 * The process group of this process, together with the run's leader, whatever group that has moved to. As with
 * coreutils' timeout, which signals the leader and then the group, a signal reaches all of them, and this process
 * only if it is KILL or STOP. Each process gets the signal once: between two calls here a leader has time to run its
 * handler, so a leader in the group gets the signal with the group. This process is in the group and so pins its
 * number. For one thread at a time.
 */
public final class OwnGroup implements ProcessSet {
    /** The JVM uses these: a null check or a page that is not mapped raises them. So they cannot be ignored. */
    private static final Set<Integer> JVM_SIGNALS = Set.of(SIGILL, SIGBUS, SIGFPE, SIGSEGV);

    /** No signal, KILL, STOP, and the two that the C library keeps for itself. */
    private static final Set<Integer> NEVER_IGNORED = Set.of(0, SIGKILL, SIGSTOP, FIRST_OF_LIBC, LAST_OF_LIBC);

    private static final int OWN_GROUP = 0;

    private final int leaderPid;
    private final int leaderPidfd;
    private final int group;

    public OwnGroup(int leaderPid, int leaderPidfd, int group) {
        this.leaderPid = leaderPid;
        this.leaderPidfd = leaderPidfd;
        this.group = group;
    }

    /**
     * {@inheritDoc} Also continues processes that are stopped. This process ignores the signal from then on, unless
     * it is CONT. The result is the leader's: this process is in the group and may signal itself, so the group's
     * result says nothing.
     */
    @Override
    public int signal(CallState state, int signal) {
        int result = once(state, signal);
        if (signal != SIGKILL && signal != SIGCONT) {
            int ignored = once(state, SIGCONT); // adds nothing to the result of the signal itself
        }
        return result;
    }

    private int once(CallState state, int signal) {
        if (NEVER_IGNORED.contains(signal) || JVM_SIGNALS.contains(signal)) {
            // KILL may end this process with the group, so the leader comes first. It may get KILL twice, which makes
            // no difference.
            int result = Processes.signalUnreaped(state, leaderPid, leaderPidfd, signal);
            if (JVM_SIGNALS.contains(signal)) {
                toOthers(state, signal);
            } else {
                int ignored = Processes.kill(state, OWN_GROUP, signal); // it may signal itself
            }
            return result;
        }
        if (signal != SIGCONT) {
            // For good: another process of the group may forward the signal to the group later.
            SignalDispositions.ignore(signal);
        }
        // Only this thread reaps the leader, so its pid cannot be reused before the next call here.
        int result = Processes.signalUnreaped(state, leaderPid, leaderPidfd, 0);
        boolean member = result != -Errno.ESRCH && isMember(state);
        if (!member) {
            result = Processes.signalUnreaped(state, leaderPid, leaderPidfd, signal);
        }
        if (signal == SIGCONT) {
            // Only for this call: another process may still send a CONT that is to have its effect.
            SignalDispositions.ignoreDuring(SIGCONT, () -> Processes.kill(state, OWN_GROUP, SIGCONT));
        } else {
            int ignored = Processes.kill(state, OWN_GROUP, signal); // it may signal itself
        }
        if (member && !isMember(state)) {
            // It has just left the group, before or after the signal. To get it twice is better than not at all.
            result = Processes.signalUnreaped(state, leaderPid, leaderPidfd, signal);
        }
        return result;
    }

    private boolean isMember(CallState state) {
        return Processes.groupOf(state, leaderPid) == group;
    }

    /**
     * Less certain than signalling the group, because it misses a process forked meanwhile. But this process has to
     * survive.
     */
    private void toOthers(CallState state, int signal) {
        try {
            for (int pid : GroupMembers.of(group)) {
                int pidfd = Processes.openPidfd(state, pid);
                if (pidfd >= 0) {
                    if (pid != ProcessHandle.current().pid()
                            && pid != leaderPid
                            && GroupMembers.of(group).contains(pid)) {
                        int ignored = Processes.signal(state, pidfd, signal); // as with the group
                    }
                    Descriptors.close(state, pidfd);
                }
            }
        } catch (IOException e) {
            // Without /proc the leader alone has got it.
        }
    }

    @Override
    public boolean needsZombieLeader() {
        return !KernelFeatures.PIDFD_SIGNAL; // signals then go by pid, which must not be reused
    }

    /** {@inheritDoc} Never: this process is one of them. */
    @Override
    public boolean provenEmpty(CallState state) {
        return false;
    }

    @Override
    public boolean reachesAll() {
        return true;
    }

    @Override
    public MemberSnapshot snapshot(CallState state, boolean freeze) throws IOException {
        return GroupMembers.snapshot(state, group);
    }
}
