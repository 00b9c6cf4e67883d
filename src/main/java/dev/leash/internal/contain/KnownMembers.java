package dev.leash.internal.contain;

import dev.leash.Straggler.Membership;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Members that were found outside a run's group while /proc still showed why they belong to the run. Once the parent
 * of such a member has ended, only this record shows the membership. A pidfd holds each, so the number is limited.
 * For any thread.
 */
final class KnownMembers {
    private static final int MOST = 256;

    // Guarded by this.
    private final Map<Integer, Known> known = new HashMap<>();

    /** A process and its pidfd, which names it even after its pid is reused. */
    record Known(int pidfd, ProcessEntry entry, Membership membership) {}

    /**
     * Records the members of {@code found}, as far as descriptors are available. The descriptors in {@code found}
     * stay the caller's.
     */
    synchronized void learn(CallState state, Iterable<Known> found) {
        for (Known one : found) {
            Known former = known.get(one.entry().pid());
            boolean same =
                    former != null && former.entry().startTicks() == one.entry().startTicks();
            if (!same && (former != null || known.size() < MOST)) {
                int copy = Descriptors.duplicate(state, one.pidfd(), 3);
                if (copy >= 0) {
                    forget(state, former);
                    known.put(one.entry().pid(), new Known(copy, one.entry(), one.membership()));
                }
            }
        }
    }

    /**
     * All of them, as they are now, for the caller to close. A dead member is included as long as a group with its
     * number exists.
     *
     * @throws IOException if not all can be looked at, as when no descriptor is left
     */
    synchronized List<Known> copies(CallState state) throws IOException {
        List<Known> copies = new ArrayList<>();
        boolean complete = false;
        try {
            copy(state, copies);
            complete = true;
            return copies;
        } finally {
            if (!complete) {
                copies.forEach(one -> Descriptors.close(state, one.pidfd()));
            }
        }
    }

    private void copy(CallState state, List<Known> copies) throws IOException {
        for (Known one : List.copyOf(known.values())) {
            int pid = one.entry().pid();
            ProcessEntry now = ProcessEntry.read(state, pid);
            if (now == null || now.startTicks() != one.entry().startTicks() || !exists(state, one.pidfd())) {
                now = null; // the pid may have been reused, so what was read may be about another process
            }
            if (now == null && !leadsGroup(state, one.pidfd())) {
                known.remove(pid);
                forget(state, one);
                continue;
            }
            int copy = Descriptors.duplicate(state, one.pidfd(), 3);
            SystemCallException.check("fcntl F_DUPFD_CLOEXEC", copy); // to leave one out would be to lose it
            copies.add(new Known(copy, now == null ? one.entry().dead() : now, one.membership()));
        }
    }

    private static boolean exists(CallState state, int pidfd) {
        return Processes.signal(state, pidfd, 0) != -Errno.ESRCH;
    }

    /**
     * Whether the group that it leads or led has a member. Before Linux 6.9 this cannot be known once it is reaped.
     */
    static boolean leadsGroup(CallState state, int pidfd) {
        return KernelFeatures.PIDFD_GROUP_SIGNAL && Processes.signalGroup(state, pidfd, 0) != -Errno.ESRCH;
    }

    private static void forget(CallState state, @Nullable Known one) {
        if (one != null) {
            Descriptors.close(state, one.pidfd());
        }
    }

    synchronized void close(CallState state) {
        known.values().forEach(one -> Descriptors.close(state, one.pidfd()));
        known.clear();
    }
}
