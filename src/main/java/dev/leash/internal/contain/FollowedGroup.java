package dev.leash.internal.contain;

import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The process group of a run and, from the moment of its stop, the processes outside the group that the kernel then
 * lists as descendants of its programs: a job of a shell, or what timeout(1) runs, which makes a group of its own. If
 * there is one, the run is searched as a {@link ProcessTree} from then on, though without a cookie. A run that is not
 * stopped pays nothing, and a stop costs a few small reads. A process whose parent ended before the stop is not
 * found.
 *
 * <p>For one thread at a time, except {@link #snapshot}, which may go on while this is closed.
 */
public final class FollowedGroup implements ProcessSet {
    /** Makes the set of each leader. */
    public static final Factory FACTORY = (state, leaderPid, leaderPidfd) -> new FollowedGroup(leaderPid, leaderPidfd);

    private final int leaderPid;
    private final int leaderPidfd;
    private final ProcessGroup group;
    private volatile @Nullable ProcessTree tree;

    private FollowedGroup(int leaderPid, int leaderPidfd) {
        this.leaderPid = leaderPid;
        this.leaderPidfd = leaderPidfd;
        this.group = new ProcessGroup(leaderPid, leaderPidfd);
    }

    @Override
    public void stopComes(CallState state, int[] programs, Threads threads) {
        if (tree == null && Descendants.mayHaveLeft(state, programs, threads, leaderPid)) {
            long since = Long.MAX_VALUE;
            for (int program : programs) {
                since = Math.min(since, startTicks(state, program));
            }
            tree = ProcessTree.without(state, leaderPid, leaderPidfd, since);
        }
    }

    /** 0 if this cannot be known: then no process is too old to be a member. */
    private static long startTicks(CallState state, int program) {
        try {
            ProcessEntry entry = ProcessEntry.read(state, program);
            return entry == null ? Long.MAX_VALUE : entry.startTicks();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public int signal(CallState state, int signal) {
        return group.signal(state, signal);
    }

    @Override
    public boolean reachesAll() {
        return tree == null;
    }

    @Override
    public void killed(CallState state, MemberSnapshot snapshot) {
        if (tree != null) {
            tree.killed(state, snapshot);
        }
    }

    @Override
    public void reapAdopted(CallState state, Set<Integer> programs) {
        if (tree != null) {
            tree.reapAdopted(state, programs);
        } else {
            group.reapAdopted(state, programs);
        }
    }

    @Override
    public boolean needsZombieLeader() {
        return group.needsZombieLeader();
    }

    @Override
    public boolean provenEmpty(CallState state) {
        return tree == null && group.provenEmpty(state);
    }

    @Override
    public MemberSnapshot snapshot(CallState state, boolean freeze) throws IOException {
        ProcessTree followed = tree;
        return followed == null ? group.snapshot(state, freeze) : followed.snapshot(state, freeze);
    }

    @Override
    public Hold hold() {
        return tree == null ? ProcessSet.super.hold() : tree.hold();
    }

    @Override
    public void close(CallState state) {
        if (tree != null) {
            tree.close(state);
        }
    }
}
