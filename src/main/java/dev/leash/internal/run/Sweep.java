package dev.leash.internal.run;

import dev.leash.Straggler;
import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.events.Log;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Registration;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits until no member is left of a run whose programs have exited, and kills the rest if told to. The kernel has no
 * event for a group that has become empty, so this polls at growing intervals; a {@link MemberSearch} reads /proc.
 * For the loop's thread.
 */
public final class Sweep {
    private static final long FIRST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    /** Killed processes get pauses up to this before /proc is read for them: most are gone by then. */
    private static final long SCAN_FROM_NANOS = 1_000_000;

    /** A process counts as alive only if this time has passed since KILL was sent to it. */
    private static final long TIME_TO_DIE_NANOS = 500_000_000;

    /** So many last looks in a row may fail before the last one that did not counts. */
    private static final int MOST_FAILED_LOOKS = 4;

    private static final long LAST_PAUSE_NANOS = 20_000_000;

    private final LoopScope loop;
    private final ProcessSet members;
    private final GuardianTable.Entry entry;
    private final Set<Integer> programs;
    private final Runnable swept;
    private final Map<Long, Straggler> found = new LinkedHashMap<>();
    private final Set<Long> givenUp = new HashSet<>();

    /** When each process was first sent KILL, by pid. */
    private final Map<Long, Long> killedNanos = new HashMap<>();

    private List<Straggler> alive = List.of();
    private int refusal;
    private boolean killing;
    private boolean killed;
    private boolean counting;
    private boolean ended;
    private boolean searching;

    /** Whether a search has come back with an answer. */
    private boolean seenAny;

    private int failedLooks;

    private boolean blind;
    private long refusedUntilNanos;
    private long lastLookUntilNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long lookedNanos;
    private @Nullable Registration events;
    private @Nullable MemberSearch search;
    private @Nullable Timer pause;
    private @Nullable Timer limit;

    /**
     * A sweep of the members of a run.
     *
     * @param programs the programs of the run, which other code reaps
     * @param swept called once, when no member is left or the time is up
     */
    Sweep(LoopScope loop, ProcessSet members, GuardianTable.Entry entry, Set<Integer> programs, Runnable swept) {
        this.loop = loop;
        this.programs = programs;
        this.members = members;
        this.entry = entry;
        this.swept = swept;
    }

    /** Waits for the rest to end by itself. */
    void watch() {
        look();
    }

    /**
     * From now on kills each member that it finds, and gives up after {@code limitNanos}.
     *
     * @param refusedNanos how long to wait for members for which KILL was refused, if no others are left
     * @param killSent whether KILL was sent to all of them before: then none of them is a straggler
     */
    void kill(long limitNanos, long refusedNanos, boolean killSent) {
        killing = true;
        refusedUntilNanos = TimerQueue.after(Clock.monotonicNanos(), refusedNanos);
        if (limit == null) {
            limit = loop.scheduleAfter(limitNanos, this::timeUp);
        }
        if (killSent) {
            sendKill();
        }
        counting = !killSent;
        if (pause != null) {
            loop.cancel(pause);
        }
        pauseNanos = FIRST_PAUSE_NANOS;
        look();
    }

    /** These were waited for in vain: they are not waited for again. */
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
        members.reapAdopted(loop.callState(), programs);
        if (isProvenEmpty()) {
            return;
        }
        if (entry.isKept() && !members.needsZombieLeader() && members.signal(loop.callState(), 0) != -Errno.ESRCH) {
            entry.seen(ticks);
        }
        if (killing && !counting && pauseNanos < SCAN_FROM_NANOS) {
            pause(0);
            return;
        }
        lookedNanos = Clock.monotonicNanos();
        search(Long.MAX_VALUE, this::seen);
    }

    private void search(long limitNanos, Consumer<@Nullable MemberSnapshot> report) {
        if (search != null) {
            search.cancel(killing);
        }
        searching = true;
        search = MemberSearch.start(loop, members, killing, limitNanos, report);
    }

    /** If the kernel reports changes, a look is taken then, too. */
    private void listen() {
        if (events == null && members.eventDescriptor() >= 0) {
            try {
                events = loop.register(members.eventDescriptor(), Epoll.PRI, readiness -> {
                    boolean ignored = isProvenEmpty();
                });
            } catch (SystemCallException e) {
                events = null; // polling is enough
            }
        }
    }

    /** If it is, this has ended. */
    private boolean isProvenEmpty() {
        if (!ended && members.provenEmpty(loop.callState())) {
            alive = List.of();
            end();
        }
        return ended;
    }

    private void seen(@Nullable MemberSnapshot snapshot) {
        take(snapshot);
        if (snapshot != null && snapshot.isSettled() && killed && alive.stream().noneMatch(this::isAwaited)) {
            end();
            return;
        }
        // A scan of /proc can miss a process that forks and exits all the time; a KILL of the group cannot. So a set
        // does not count as empty before KILL has been sent, also if the rest was to end by itself. A failed scan says
        // nothing.
        if (killing || (snapshot != null && alive.isEmpty())) {
            kill(snapshot);
        }
        // If a look takes long, the pause is as long, so that looking does not use up the machine.
        pause(Clock.monotonicNanos() - lookedNanos);
    }

    private void take(@Nullable MemberSnapshot snapshot) {
        searching = false;
        if (snapshot != null) {
            seenAny = true;
            alive = snapshot.living();
            refusal = snapshot.refusal() == 0 ? refusal : snapshot.refusal();
        }
    }

    private void kill(@Nullable MemberSnapshot snapshot) {
        long now = Clock.monotonicNanos();
        for (Straggler member : alive) {
            if (counting) {
                found.putIfAbsent(member.pid(), member);
            }
            killedNanos.putIfAbsent(member.pid(), now);
        }
        sendKill();
        if (snapshot != null) {
            snapshot.signal(loop.callState(), StopStep.SIGKILL);
            members.killed(loop.callState(), snapshot);
        }
    }

    private void sendKill() {
        killed = true;
        int ignored = members.signal(loop.callState(), StopStep.SIGKILL); // what is left shows in the next snapshot
    }

    private void pause(long leastNanos) {
        pause = loop.scheduleAfter(Math.max(pauseNanos, leastNanos), this::look);
        pauseNanos = Math.min(pauseNanos * 2, LONGEST_PAUSE_NANOS);
    }

    /**
     * After a standstill of this JVM, events that have happened are handled first: the time is up only if it still is
     * after that.
     */
    private void timeUp() {
        lastLookUntilNanos = TimerQueue.after(Clock.monotonicNanos(), 2 * TIME_TO_DIE_NANOS);
        loop.whenCaughtUp(this::lastLook);
    }

    /** No verdict without a look that began after the time was up. */
    private void lastLook() {
        if (ended || isProvenEmpty()) {
            return;
        }
        if (pause != null) {
            loop.cancel(pause);
        }
        if (searching && counting && !seenAny && Clock.monotonicNanos() < lastLookUntilNanos) {
            pause = loop.scheduleAfter(LAST_PAUSE_NANOS, this::lastLook); // what is killed unseen cannot be told
            return;
        }
        if (killed) {
            int ignored = members.signal(loop.callState(), StopStep.SIGKILL); // what survives is in the snapshot
        }
        search(TIME_TO_DIE_NANOS, this::lastSeen);
    }

    private void lastSeen(@Nullable MemberSnapshot snapshot) {
        take(snapshot);
        long now = Clock.monotonicNanos();
        boolean young = alive.stream()
                .anyMatch(member -> !givenUp.contains(member.pid())
                        && !member.refused()
                        && now - killedNanos.getOrDefault(member.pid(), now) < TIME_TO_DIE_NANOS);
        if (!alive.isEmpty()) {
            kill(snapshot);
        }
        boolean failed = snapshot == null && ++failedLooks < MOST_FAILED_LOOKS;
        if (failed || (young && now < lastLookUntilNanos)) {
            pause = loop.scheduleAfter(LAST_PAUSE_NANOS, this::lastLook);
        } else {
            blind = snapshot == null || !snapshot.isSettled();
            if (blind) {
                Log.warning("the last search for what is left of the run of process " + programs
                        + " has failed or found no end: there may be more than the result lists");
            }
            if (snapshot == null) {
                alive = alive.stream().filter(this::isThere).toList();
            }
            end();
        }
    }

    /** As far as can be known: if no look is possible, it counts as what it was when it was last seen. */
    private boolean isThere(Straggler member) {
        try {
            ProcessEntry now = ProcessEntry.read(loop.callState(), (int) member.pid());
            return now != null && now.alive();
        } catch (IOException e) {
            return true;
        }
    }

    private void end() {
        if (!ended) {
            cancel();
            members.reapAdopted(loop.callState(), programs);
            swept.run();
        }
    }

    /** Stops looking. {@code swept} will not be called. */
    void cancel() {
        ended = true;
        if (events != null) {
            events.cancel();
        }
        if (search != null) {
            search.cancel(killing);
        }
        if (pause != null) {
            loop.cancel(pause);
        }
        if (limit != null) {
            loop.cancel(limit);
        }
    }

    /** Members that were found alive after the programs had exited, and were killed. */
    List<Straggler> killed() {
        List<Straggler> gone = new ArrayList<>(found.values());
        gone.removeIf(member -> alive.stream().anyMatch(other -> other.pid() == member.pid()));
        return gone;
    }

    /** Members that were still alive when the time was up. */
    List<Straggler> survivors() {
        return alive;
    }

    /** Whether the last search has failed: there may be more than {@link #survivors}. */
    boolean isBlind() {
        return blind;
    }

    /** The errno with which the kernel refused a signal to a member that was seen; 0 if it refused none. */
    int refusal() {
        return refusal;
    }
}
