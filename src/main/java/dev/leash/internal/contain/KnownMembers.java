package dev.leash.internal.contain;

import dev.leash.Straggler.Membership;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Processes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who was found outside of a run's group while it could be seen why it belongs to the run: when its parent has gone, only this
 * tells. Each is held by a pidfd, and so are not many. For any thread.
 */
final class KnownMembers {
    private static final int MOST = 256;

    // Guarded by this.
    private final Map<Integer, Known> known = new HashMap<>();

    /** A process and the descriptor that is it, whatever becomes of its number. */
    record Known(int pidfd, ProcessEntry entry, Membership membership) {}

    /** Keeps those of {@code found} in mind, as far as there are descriptors for it; they stay the caller's. */
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

    /** All of them, as they are now, for the caller to close. Who is dead is among them as long as a group of its number is left. */
    synchronized List<Known> copies(CallState state) {
        List<Known> copies = new ArrayList<>();
        for (Known one : List.copyOf(known.values())) {
            int pid = one.entry().pid();
            ProcessEntry now = ProcessEntry.read(pid);
            if (now == null || now.startTicks() != one.entry().startTicks() || !exists(state, one.pidfd())) {
                now = null; // what was read is about somebody else, or may be
            }
            if (now == null && !leadsGroup(state, one.pidfd())) {
                known.remove(pid);
                forget(state, one);
                continue;
            }
            int copy = Descriptors.duplicate(state, one.pidfd(), 3);
            if (copy >= 0) {
                copies.add(new Known(copy, now == null ? one.entry().dead() : now, one.membership()));
            }
        }
        return copies;
    }

    private static boolean exists(CallState state, int pidfd) {
        return Processes.signal(state, pidfd, 0) != -Errno.ESRCH;
    }

    /** Whether there is somebody in the group that it leads or led. Before Linux 6.9 that cannot be told once it is reaped. */
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
