package dev.leash.internal.contain;

import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The process group of a run and the processes that have left it with setsid(2) or setpgid(2), or by a double fork to
 * init. A {@link TreeSearch} finds the members; those in the group can be signalled without one.
 *
 * <p>For the loop's thread, except {@link #snapshot}, which may go on while the loop closes this.
 */
public final class ProcessTree implements ProcessSet {
    private static final int CLOSED = -1;

    private final KilledMembers killed = new KilledMembers();
    private final ProcessGroup group;
    private final int leaderPid;
    private final @Nullable Cookie cookie;
    private final long sinceTicks;
    private final KnownMembers known = new KnownMembers();

    // Guarded by this.
    private int leaderPidfd;
    private int searches;
    private boolean closing;

    private ProcessTree(CallState state, int leaderPid, int leaderPidfd, @Nullable Cookie cookie, long sinceTicks) {
        this.group = new ProcessGroup(leaderPid, leaderPidfd);
        this.leaderPid = leaderPid;
        this.cookie = cookie;
        this.sinceTicks = sinceTicks;
        // A duplicate of its own, which a search on another thread can use until it ends. Without it a search relies
        // on the cookie.
        this.leaderPidfd = Math.max(CLOSED, Descriptors.duplicate(state, leaderPidfd, 3));
    }

    /**
     * The tree of a run whose processes have no cookie.
     *
     * @param sinceTicks when the oldest of its remaining programs was started
     */
    static ProcessTree without(CallState state, int leaderPid, int leaderPidfd, long sinceTicks) {
        return new ProcessTree(state, leaderPid, leaderPidfd, null, sinceTicks);
    }

    /** For a run that has not been started yet, with a new cookie. */
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
        killed.take(state, snapshot);
    }

    @Override
    public void reapAdopted(CallState state, Set<Integer> programs) {
        group.reapAdopted(state, programs);
        if (!needsZombieLeader()) {
            killed.reap(state);
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

    /** {@inheritDoc} Always false: members may be outside the group, so an empty group proves nothing. */
    @Override
    public boolean provenEmpty(CallState state) {
        return false;
    }

    @Override
    public MemberSnapshot snapshot(CallState state, boolean freeze) throws IOException {
        int pidfd = beginSearch();
        try {
            group.lookForMembers(state);
            return new TreeSearch(state, leaderPid, pidfd, cookie, sinceTicks, known, TreeSearch.LONGEST_NANOS)
                    .snapshot(freeze);
        } finally {
            endSearch(state);
        }
    }

    @Override
    public boolean bearsMark() {
        return cookie != null;
    }

    /** {@inheritDoc} It is the cookie: the other evidence needs a search. */
    @Override
    public boolean bearsMark(CallState state, int pid) throws IOException {
        ProcessEntry process = ProcessEntry.read(state, pid);
        return cookie != null
                && process != null
                && process.startTicks() >= sinceTicks
                && (cookie.isMarked(state, process) || cookie.bearing(state, process) == Cookie.Bearing.YES);
    }

    @Override
    public Hold hold() {
        int ignored = beginSearch();
        return this::endSearch;
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
        killed.close(state, !needsZombieLeader());
        closeIfUnused(state);
    }

    private void closeIfUnused(CallState state) {
        if (closing && searches == 0) {
            Descriptors.closeIfOpen(state, leaderPidfd);
            leaderPidfd = CLOSED;
            known.close(state);
        }
    }
}
