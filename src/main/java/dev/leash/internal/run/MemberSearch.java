package dev.leash.internal.run;

import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.events.Log;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One search for the members of a run. It runs on a thread of its own, since it may take long, and hands its result
 * to the loop. For the thread that acts on the run.
 */
public final class MemberSearch {
    private static final long AFTER_STANDSTILL_NANOS = 500_000_000L;

    private final LoopScope loop;
    private final boolean freeze;
    private @Nullable Consumer<@Nullable MemberSnapshot> found;
    private @Nullable Timer limit;

    /**
     * Whether the result is being handled: the check of the programs that comes first may find that it is not needed
     * any more.
     */
    private boolean answering;

    private boolean cancelled;

    /** Whether members that were stopped by a cancelled search are to be killed and not continued. */
    private boolean killsLate = true;

    private MemberSearch(LoopScope loop, boolean freeze, Consumer<@Nullable MemberSnapshot> found) {
        this.loop = loop;
        this.freeze = freeze;
        this.found = found;
    }

    /**
     * Starts a search.
     *
     * @param freeze whether members are stopped, in order to be killed
     * @param found called on the loop's thread, unless the search is cancelled; with null if the search has failed,
     *     or takes longer than {@code limitNanos}. The snapshot is closed when it returns
     */
    static MemberSearch start(
            LoopScope loop,
            ProcessSet members,
            boolean freeze,
            long limitNanos,
            Consumer<@Nullable MemberSnapshot> found) {
        MemberSearch search = new MemberSearch(loop, freeze, found);
        // Not as soon as the time is over: after a standstill of this JVM the result may be there, unseen.
        search.limit = loop.scheduleAfter(limitNanos, search::limitReached);
        try {
            thread(() -> {
                try (CallState state = CallState.open()) {
                    MemberSnapshot snapshot = snapshotOrNull(state, members, freeze);
                    loop.execute(() -> search.completed(snapshot));
                }
            });
        } catch (OutOfMemoryError e) {
            // The limit of processes, which includes threads, is reached. A search on the loop is slow, but better
            // than none.
            loop.execute(() -> search.completed(snapshotOrNull(loop.callState(), members, freeze)));
        }
        return search;
    }

    private static @Nullable MemberSnapshot snapshotOrNull(CallState state, ProcessSet members, boolean freeze) {
        try {
            return members.snapshot(state, freeze);
        } catch (IOException | OutOfMemoryError e) {
            return null;
        } catch (RuntimeException | Error e) {
            Log.error("a search for the members of a run has failed", e);
            return null;
        }
    }

    /** Not a virtual thread: others can keep all carriers busy. */
    private static void thread(Runnable work) {
        Thread ignored = Thread.ofPlatform().daemon().name("leash-scan").start(work);
    }

    /**
     * Cancels the search. Members that it has stopped are continued when its result comes.
     *
     * @param kill whether they are killed instead
     */
    void cancel(boolean kill) {
        if (found != null || (answering && !kill)) {
            killsLate = kill;
            cancelled = true;
        }
        end();
    }

    private void end() {
        found = null;
        if (limit != null) {
            loop.cancel(limit);
        }
    }

    /** A standstill of this JVM is one of the search, too: that gets some time after it. */
    private void limitReached() {
        limit = loop.scheduleAfter(AFTER_STANDSTILL_NANOS, () -> loop.whenCaughtUp(() -> answer(null)));
    }

    private void completed(@Nullable MemberSnapshot snapshot) {
        boolean awaited = found != null;
        try {
            answer(snapshot);
        } finally {
            if (snapshot != null) {
                if (freeze && (cancelled || !awaited)) {
                    settle(snapshot);
                }
                snapshot.close(loop.callState());
            }
        }
    }

    /** Too late for the run; but no process may stay stopped for ever. */
    private void settle(MemberSnapshot snapshot) {
        if (killsLate) {
            snapshot.signal(loop.callState(), StopStep.SIGKILL);
        } else {
            snapshot.resume(loop.callState());
        }
    }

    private void answer(@Nullable MemberSnapshot snapshot) {
        Consumer<@Nullable MemberSnapshot> awaiting = found;
        end();
        if (awaiting != null) {
            answering = true;
            try {
                awaiting.accept(snapshot);
            } finally {
                answering = false;
            }
        }
    }
}
