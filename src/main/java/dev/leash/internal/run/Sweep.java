package dev.leash.internal.run;

import dev.leash.Straggler;
import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Registration;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Waits until nobody is left of a run whose leader has exited, and kills if it is told to. The kernel has no event for a
 * group that has become empty, so it is asked again and again, at growing intervals; /proc is read on another thread, for
 * it takes long where there are thousands of processes. That is no virtual one, whose carriers others can keep busy. For
 * the loop's thread.
 */
public final class Sweep {
    private static final long FIRST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    /** Whoever was killed is given this long a pause before /proc is read for him: most are gone by then. */
    private static final long SCAN_FROM_NANOS = 1_000_000;

    private final LoopScope loop;
    private final ProcessSet containment;
    private final GuardianTable.Entry entry;
    private final Set<Integer> programs;
    private final Runnable swept;
    private final Map<Long, Straggler> found = new LinkedHashMap<>();
    private final Set<Long> givenUp = new HashSet<>();
    private List<Straggler> alive = List.of();
    private int refusal;
    private boolean killing;
    private boolean killed;
    private boolean counting;
    private boolean ended;
    private long refusedUntilNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long lookedNanos;
    private @Nullable Registration events;
    private @Nullable MemberSearch scout;
    private @Nullable Timer pause;
    private @Nullable Timer limit;

    /**
     * @param programs those of the run, which others reap
     * @param swept called once, when nobody is left or the time is up
     */
    Sweep(LoopScope loop, ProcessSet containment, GuardianTable.Entry entry, Set<Integer> programs, Runnable swept) {
        this.loop = loop;
        this.programs = programs;
        this.containment = containment;
        this.entry = entry;
        this.swept = swept;
    }

    /** Waits for the rest to go by itself. */
    void watch() {
        look();
    }

    /**
     * From now on kills whoever is found, and gives up after {@code patienceNanos}.
     *
     * @param refusedNanos how long it is waited for those alone who may not be killed
     * @param alreadyKilled whether KILL was sent to all of them before: then none of them is a straggler
     */
    void kill(long patienceNanos, long refusedNanos, boolean alreadyKilled) {
        killing = true;
        refusedUntilNanos = TimerQueue.after(Clock.monotonicNanos(), refusedNanos);
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

    /** These were waited for in vain. */
    void giveUp(List<Integer> pids) {
        pids.forEach(pid -> givenUp.add((long) pid));
    }

    private boolean isAwaited(Straggler member) {
        return !givenUp.contains(member.pid()) && (!member.refused() || Clock.monotonicNanos() < refusedUntilNanos);
    }

    private void look() {
        if (ended) {
            return;
        }
        listen();
        long ticks = Clock.bootTicks();
        containment.reapAdopted(loop.callState(), programs);
        if (containment.provenEmpty(loop.callState())) {
            alive = List.of();
            end();
            return;
        }
        if (entry.isKept()
                && !containment.needsZombieLeader()
                && containment.signal(loop.callState(), 0) != -Errno.ESRCH) {
            entry.seen(ticks);
        }
        if (killing && !counting && pauseNanos < SCAN_FROM_NANOS) {
            pause(0);
            return;
        }
        if (scout != null) {
            scout.recall();
        }
        lookedNanos = Clock.monotonicNanos();
        scout = MemberSearch.send(loop, containment, killing, Long.MAX_VALUE, this::seen);
    }

    /** Where there is an event for it, a look is taken then, too. */
    private void listen() {
        if (events == null && containment.eventDescriptor() >= 0) {
            try {
                events = loop.register(containment.eventDescriptor(), Epoll.PRI, readiness -> changed());
            } catch (SystemCallException e) {
                events = null; // looking again and again will do
            }
        }
    }

    private void changed() {
        if (containment.provenEmpty(loop.callState()) && !ended) {
            alive = List.of();
            end();
        }
    }

    private void seen(@Nullable MemberSnapshot snapshot) {
        if (snapshot != null) {
            alive = snapshot.living();
            refusal = snapshot.refusal() == 0 ? refusal : snapshot.refusal();
            if (killed && alive.stream().noneMatch(this::isAwaited)) {
                end();
                return;
            }
        }
        // A look through /proc can miss whoever forks and exits all the time; a KILL of the group cannot. So nobody is
        // believed to be gone before one has been sent, also where the rest was to go by itself.
        if (killing || alive.isEmpty()) {
            if (counting) {
                alive.forEach(member -> found.putIfAbsent(member.pid(), member));
            }
            sendKill();
            if (snapshot != null) {
                snapshot.signal(loop.callState(), StopStep.SIGKILL);
                containment.killed(loop.callState(), snapshot);
            }
        }
        // Where to look takes long, it shall not be all that this machine does.
        pause(Clock.monotonicNanos() - lookedNanos);
    }

    private void sendKill() {
        killed = true;
        int ignored = containment.signal(loop.callState(), StopStep.SIGKILL); // who is left shows in the next look
    }

    private void pause(long leastNanos) {
        pause = loop.scheduleAfter(Math.max(pauseNanos, leastNanos), this::look);
        pauseNanos = Math.min(pauseNanos * 2, LONGEST_PAUSE_NANOS);
    }

    /**
     * Whoever has not been seen yet, since /proc could not be read in time, is killed all the same: by a signal to those
     * whom it reaches, and by the scout when it comes back.
     */
    private void timeUp() {
        int ignored = containment.signal(
                loop.callState(), StopStep.SIGKILL); // nobody looks any more, who was seen last is told
        end();
    }

    private void end() {
        if (!ended) {
            cancel();
            containment.reapAdopted(loop.callState(), programs);
            swept.run();
        }
    }

    /** Stops looking. {@code swept} will not be called. */
    void cancel() {
        ended = true;
        if (events != null) {
            events.cancel();
        }
        if (scout != null) {
            scout.recall();
        }
        if (pause != null) {
            loop.cancel(pause);
        }
        if (limit != null) {
            loop.cancel(limit);
        }
    }

    /** Who was found alive after the leader's exit and was killed. */
    List<Straggler> killed() {
        List<Straggler> killed = new ArrayList<>(found.values());
        killed.removeIf(member -> alive.stream().anyMatch(other -> other.pid() == member.pid()));
        return killed;
    }

    /** Who was still alive when the time was up. */
    List<Straggler> survivors() {
        return alive;
    }

    /** The errno with which the kernel refused to let one of those it has seen be signalled; 0 if it refused none. */
    int refusal() {
        return refusal;
    }
}
