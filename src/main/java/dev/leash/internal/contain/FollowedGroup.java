package dev.leash.internal.contain;

import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.WaitBuffer;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The process group of a run, and when the run is stopped, those who have left the group and whom the kernel shows as
 * descendants of its programs at that moment: a job of a shell, or what timeout(1) runs, which makes a group of its own. If
 * there is one, the run is looked through as a {@link ProcessTree} from then on, but for the cookie that it does not have. In
 * all other runs it costs nothing, and at the stop a few small reads. Who has lost its parent before is not seen.
 *
 * <p>For the loop's thread, except {@link #snapshot}, which may go on while the loop closes this.
 */
public final class FollowedGroup implements ProcessSet {
    private final CallState state;
    private final int leaderPid;
    private final int leaderPidfd;
    private final ProcessGroup group;
    private volatile @Nullable ProcessTree tree;

    public FollowedGroup(CallState state, int leaderPid, int leaderPidfd) {
        this.state = state;
        this.leaderPid = leaderPid;
        this.leaderPidfd = leaderPidfd;
        this.group = new ProcessGroup(state, leaderPid, leaderPidfd);
    }

    @Override
    public void stopComes(int[] programs) {
        if (tree == null && Descendants.mayHaveLeft(state, programs, leaderPid)) {
            long since = Long.MAX_VALUE;
            for (int program : programs) {
                ProcessEntry entry = ProcessEntry.read(program);
                since = entry == null ? since : Math.min(since, entry.startTicks());
            }
            tree = ProcessTree.without(state, leaderPid, leaderPidfd, since);
        }
    }

    @Override
    public int signal(int signal) {
        return group.signal(signal);
    }

    @Override
    public boolean reachesAll() {
        return tree == null;
    }

    @Override
    public void killed(MemberSnapshot snapshot) {
        if (tree != null) {
            tree.killed(snapshot);
        }
    }

    @Override
    public void reapAdopted(Set<Integer> programs, WaitBuffer waits) {
        if (tree != null) {
            tree.reapAdopted(programs, waits);
        } else {
            group.reapAdopted(programs, waits);
        }
    }

    @Override
    public boolean needsZombieLeader() {
        return group.needsZombieLeader();
    }

    @Override
    public boolean provenEmpty() {
        return tree == null && group.provenEmpty();
    }

    @Override
    public MemberSnapshot snapshot(boolean freeze) throws IOException {
        ProcessTree followed = tree;
        return followed == null ? group.snapshot(freeze) : followed.snapshot(freeze);
    }

    @Override
    public void close() {
        if (tree != null) {
            tree.close();
        }
    }
}
