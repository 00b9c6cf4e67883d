package dev.leash.internal.contain;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.OwnProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * Members that were found and killed and may become children of this process, kept until they are reaped.
 * Holds nothing if this process adopts no orphans. For one thread at a time.
 */
final class KilledMembers {
    private static final long PATIENCE_NANOS = 2_000_000_000;
    private static final long PAUSE_NANOS = 1_000_000;

    private final List<SeenMember> killed = new ArrayList<>();

    void take(CallState state, MemberSnapshot snapshot) {
        if (OwnProcess.adopts(state)) {
            killed.addAll(snapshot.take());
        }
    }

    /** What this process has started must have been reaped before: otherwise its exit status would be lost here. */
    void reap(CallState state) {
        AdoptedMembers.reapFound(state, killed);
    }

    /**
     * Closes the descriptors. A process that is still exiting cannot be reaped yet, even if its cgroup is already
     * empty. A thread of its own waits for such processes for a short time.
     *
     * @param reaped whether what this process has started itself has been reaped
     */
    void close(CallState state, boolean reaped) {
        List<SeenMember> left = List.copyOf(killed);
        killed.clear();
        if (left.isEmpty()) {
            return;
        }
        if (reaped) {
            try {
                Thread ignored =
                        Thread.ofPlatform().daemon().name("leash-adopted").start(() -> reapLate(left));
                return;
            } catch (OutOfMemoryError e) {
                // No thread can be started: zombies may be left.
            }
        }
        left.forEach(member -> member.close(state));
    }

    private static void reapLate(List<SeenMember> killed) {
        List<SeenMember> left = new ArrayList<>(killed);
        long until = Clock.monotonicNanos() + PATIENCE_NANOS;
        try (CallState state = CallState.open()) {
            while (!left.isEmpty() && Clock.monotonicNanos() < until) {
                AdoptedMembers.reapFound(state, left);
                left.removeIf(member -> closeIfGone(state, member));
                if (!left.isEmpty()) {
                    Clock.sleep(PAUSE_NANOS);
                }
            }
            left.forEach(member -> member.close(state));
        }
    }

    /** Another process was its parent and has reaped it. */
    private static boolean closeIfGone(CallState state, SeenMember member) {
        boolean gone = member.signal(state, 0) == -Errno.ESRCH;
        if (gone) {
            member.close(state);
        }
        return gone;
    }
}
