package dev.leash.internal.contain;

import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Processes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Members that were found outside a run's group while /proc still showed why they belong to the run. Once the parent
 * of such a member has ended, only this record shows the membership. For any thread.
 */
final class KnownMembers {
    private static final int MOST = 4096;

    // Guarded by this.
    private final Map<Integer, SeenMember> known = new HashMap<>();

    /**
     * Records the members of {@code found}. What they hold stays the caller's.
     *
     * @throws IOException if no descriptor is left
     */
    synchronized void learn(CallState state, Iterable<SeenMember> found) throws IOException {
        for (SeenMember one : found) {
            SeenMember former = known.get(one.pid());
            boolean same = former != null && former.is(one.entry());
            if (!same && (former != null || known.size() < MOST)) {
                SeenMember copy = one.copy(state);
                if (copy != null) {
                    forget(state, former);
                    known.put(one.pid(), copy);
                }
            }
        }
    }

    /**
     * All of them, as they are now, for the caller to close. A dead member is included as long as a group with its
     * number exists, if that can be known.
     *
     * @throws IOException if not all can be looked at, as when no descriptor is left
     */
    synchronized List<SeenMember> copies(CallState state) throws IOException {
        List<SeenMember> copies = new ArrayList<>();
        boolean complete = false;
        try {
            copy(state, copies);
            complete = true;
            return copies;
        } finally {
            if (!complete) {
                copies.forEach(one -> one.close(state));
            }
        }
    }

    private void copy(CallState state, List<SeenMember> copies) throws IOException {
        for (SeenMember one : List.copyOf(known.values())) {
            ProcessEntry now = ProcessEntry.read(state, one.pid());
            if (now == null || !one.is(now) || !one.exists(state)) {
                now = null; // the pid may have been reused, so what was read may be about another process
            }
            // Of a dead one only a pidfd says whether its group has a member.
            SeenMember copy = now != null || leadsGroup(state, one.pidfd()) ? one.copy(state) : null;
            if (copy == null) {
                known.remove(one.pid());
                forget(state, one);
            } else {
                copies.add(copy.as(now == null ? one.entry().dead() : now));
            }
        }
    }

    /**
     * Whether the group that it leads or led has a member. Before Linux 6.9 this cannot be known once it is reaped.
     */
    static boolean leadsGroup(CallState state, int pidfd) {
        return pidfd >= 0
                && KernelFeatures.PIDFD_GROUP_SIGNAL
                && Processes.signalGroup(state, pidfd, 0) != -Errno.ESRCH;
    }

    private static void forget(CallState state, @Nullable SeenMember one) {
        if (one != null) {
            one.close(state);
        }
    }

    synchronized void close(CallState state) {
        known.values().forEach(one -> one.close(state));
        known.clear();
    }
}
