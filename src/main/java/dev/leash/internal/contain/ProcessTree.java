package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The process group of a run and what has left it: with setsid(2) or setpgid(2), or by a double fork to init. Who belongs
 * to it is found out by a {@link TreeSearch}; who can be signalled without one are those in the group.
 *
 * <p>For the loop's thread, except {@link #snapshot}, which may go on while the loop closes this.
 */
public final class ProcessTree implements ProcessSet {
    private static final int CLOSED = -1;

    private final KilledMembers dying = new KilledMembers();
    private final ProcessGroup group;
    private final int leaderPid;
    private final @Nullable Cookie cookie;
    private final long sinceTicks;
    private final KnownMembers remembered = new KnownMembers();

    // Guarded by this.
    private int leaderPidfd;
    private int searches;
    private boolean closing;

    private ProcessTree(CallState state, int leaderPid, int leaderPidfd, @Nullable Cookie cookie, long sinceTicks) {
        this.group = new ProcessGroup(leaderPid, leaderPidfd);
        this.leaderPid = leaderPid;
        this.cookie = cookie;
        this.sinceTicks = sinceTicks;
        // One of its own, which a search on another thread can use until it ends. Without one, a search goes by the
        // cookie.
        this.leaderPidfd = Math.max(CLOSED, Descriptors.duplicate(state, leaderPidfd, 3));
    }

    /**
     * The tree of a run whose processes do not bear a cookie.
     *
     * @param sinceTicks when the first of its programs that are left was started
     */
    static ProcessTree without(CallState state, int leaderPid, int leaderPidfd, long sinceTicks) {
        return new ProcessTree(state, leaderPid, leaderPidfd, null, sinceTicks);
    }

    /** For a run that has not been started yet. It gets an id of its own. */
    public static Factory prepare() {
        Cookie cookie = Cookie.create();
        long sinceTicks = Clock.bootTicks();
        return new Factory() {
            @Override
            public ProcessSet of(CallState loopsState, int leaderPid, int leaderPidfd) {
                return new ProcessTree(loopsState, leaderPid, leaderPidfd, cookie, sinceTicks);
            }

            @Override
            public Cookie cookie() {
                return cookie;
            }
        };
    }

    @Override
    public int signal(CallState state, int signal) {
        return group.signal(state, signal);
    }

    @Override
    public void killed(CallState state, MemberSnapshot snapshot) {
        dying.take(state, snapshot);
    }

    @Override
    public void reapAdopted(CallState state, Set<Integer> programs) {
        group.reapAdopted(state, programs);
        if (!needsZombieLeader()) {
            dying.reap(state);
        }
    }

    @Override
    public boolean reachesAll() {
        return false;
    }

    @Override
    public boolean needsZombieLeader() {
        return group.needsZombieLeader();
    }

    /** {@inheritDoc} That an empty group proves nothing is what this containment is for. */
    @Override
    public boolean provenEmpty(CallState state) {
        return false;
    }

    @Override
    public MemberSnapshot snapshot(CallState state, boolean freeze) throws IOException {
        int pidfd = beginSearch();
        try {
            group.lookForMembers(state);
            return new TreeSearch(state, leaderPid, pidfd, cookie, sinceTicks, remembered).snapshot(freeze);
        } finally {
            endSearch(state);
        }
    }

    private synchronized int beginSearch() {
        searches++;
        return leaderPidfd;
    }

    private synchronized void endSearch(CallState state) {
        searches--;
        closeIfUnused(state);
    }

    @Override
    public synchronized void close(CallState state) {
        closing = true;
        dying.close(state, !needsZombieLeader());
        closeIfUnused(state);
    }

    private void closeIfUnused(CallState state) {
        if (closing && searches == 0) {
            Descriptors.closeIfOpen(state, leaderPidfd);
            leaderPidfd = CLOSED;
            remembered.close(state);
        }
    }
}
