package dev.leash.internal.supervise;

import dev.leash.internal.contain.Containment;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.Timer;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Waits until nobody is left of a run whose leader has exited, and kills if it is told to. The kernel has no event for a
 * group that has become empty, so it is asked again and again, at growing intervals; /proc is read on another thread, for
 * it takes long where there are thousands of processes. That is no virtual one, whose carriers others can keep busy. For
 * the loop's thread.
 */
final class Sweep {
    private static final long FIRST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    /** Whoever was killed is given this long a pause before /proc is read for him: most are gone by then. */
    private static final long SCAN_FROM_NANOS = 1_000_000;

    private final EventLoop loop;
    private final Containment containment;
    private final Runnable swept;
    private final Set<Integer> found = new HashSet<>();
    private Set<Integer> alive = Set.of();
    private boolean killing;
    private boolean killed;
    private boolean counting;
    private boolean ended;
    private int looks;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private @Nullable Timer pause;
    private @Nullable Timer limit;

    /** @param swept called once, when nobody is left or the time is up */
    Sweep(EventLoop loop, Containment containment, Runnable swept) {
        this.loop = loop;
        this.containment = containment;
        this.swept = swept;
    }

    /** Waits for the rest to go by itself. */
    void watch() {
        look();
    }

    /**
     * From now on kills whoever is found, and gives up after {@code patienceNanos}.
     *
     * @param alreadyKilled whether KILL was sent to all of them before: then none of them is a straggler
     */
    void kill(long patienceNanos, boolean alreadyKilled) {
        killing = true;
        if (limit == null) {
            limit = loop.scheduleAfter(patienceNanos, this::timeUp);
        }
        if (alreadyKilled) {
            sendKill();
        }
        counting = !alreadyKilled;
        if (pause != null) {
            loop.cancel(pause);
        }
        pauseNanos = FIRST_PAUSE_NANOS;
        look();
    }

    private void look() {
        if (ended) {
            return;
        }
        if (containment.provenEmpty()) {
            alive = Set.of();
            end();
            return;
        }
        if (killing && !counting && pauseNanos < SCAN_FROM_NANOS) {
            pause();
            return;
        }
        int look = ++looks;
        try {
            Thread.ofPlatform().daemon().name("leash-scan").start(() -> {
                Set<Integer> members = membersOrNull();
                loop.execute(() -> seen(look, members));
            });
        } catch (OutOfMemoryError e) {
            // The limit of processes is reached, which threads count for. Better slow than not at all.
            seen(look, membersOrNull());
        }
    }

    private @Nullable Set<Integer> membersOrNull() {
        try {
            return containment.livingMembers();
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private void seen(int look, @Nullable Set<Integer> members) {
        if (ended || look != looks) {
            return;
        }
        looks++; // a thread that could not be started may yet report, once another has ended
        if (members != null) {
            alive = members;
            if (members.isEmpty() && killed) {
                end();
                return;
            }
        }
        // A look through /proc can miss whoever forks and exits all the time; a KILL of the group cannot. So nobody is
        // believed to be gone before one has been sent, also where the rest was to go by itself.
        if (killing || alive.isEmpty()) {
            if (counting) {
                found.addAll(alive);
            }
            sendKill();
        }
        pause();
    }

    private void sendKill() {
        killed = true;
        containment.signal(StopStep.SIGKILL);
    }

    private void pause() {
        pause = loop.scheduleAfter(pauseNanos, this::look);
        pauseNanos = Math.min(pauseNanos * 2, LONGEST_PAUSE_NANOS);
    }

    /** Whoever has not been seen yet, since /proc could not be read in time, is killed all the same. */
    private void timeUp() {
        containment.signal(StopStep.SIGKILL);
        end();
    }

    private void end() {
        if (!ended) {
            cancel();
            swept.run();
        }
    }

    /** Stops looking. {@code swept} will not be called. */
    void cancel() {
        ended = true;
        if (pause != null) {
            loop.cancel(pause);
        }
        if (limit != null) {
            loop.cancel(limit);
        }
    }

    /** How many were found alive after the leader's exit and were killed. */
    int stragglersKilled() {
        return found.size() - (int) alive.stream().filter(found::contains).count();
    }

    /** Who was still alive when the time was up. */
    Set<Integer> survivors() {
        return Set.copyOf(alive);
    }
}
