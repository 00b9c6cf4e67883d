package dev.leash.internal.contain;

import static dev.leash.internal.sys.SignalNumbers.SIGCONT;

import dev.leash.Straggler;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Processes;
import java.util.List;

/**
 * The living members of a run that a search has found. A signal reaches exactly the processes that were found. It may
 * hold pidfds for this, and must be closed. For one thread at a time.
 */
public final class MemberSnapshot implements AutoCloseable {
    static final MemberSnapshot NOBODY = of(List.of(), 0);

    private final List<Straggler> living;
    private final int refusal;
    private final boolean settled;
    private final List<Target> targets;
    private List<SeenMember> found;

    /**
     * @param refusal see {@link #refusal}
     * @param settled see {@link #isSettled}
     * @param found closed with this snapshot
     */
    MemberSnapshot(List<Straggler> living, int refusal, boolean settled, List<Target> targets, List<SeenMember> found) {
        this.living = List.copyOf(living);
        this.refusal = refusal;
        this.settled = settled;
        this.targets = List.copyOf(targets);
        this.found = found;
    }

    /** A snapshot of members that {@link ProcessSet#signal} reaches. */
    static MemberSnapshot of(List<Straggler> living, int refusal) {
        return new MemberSnapshot(living, refusal, true, List.of(), List.of());
    }

    /**
     * A process or group to signal.
     *
     * @param wholeGroup whether the process leads a group of members only, which one call signals
     */
    record Target(SeenMember member, boolean wholeGroup) {}

    /** The members that are alive, without zombies. */
    public List<Straggler> living() {
        return living;
    }

    /**
     * The errno with which the kernel refuses to signal the {@linkplain Straggler#refused refused} members; 0 if none
     * is refused.
     */
    public int refusal() {
        return refusal;
    }

    /** Whether the search has ended because it found no more; otherwise it took too long, and there may be more. */
    public boolean isSettled() {
        return settled;
    }

    /** Signals each member once, except those that {@link ProcessSet#signal} reaches. */
    public void signal(CallState state, int signal, Delivery delivery) {
        for (Target target : targets) {
            delivery.add(
                    target.wholeGroup()
                            ? Processes.signalGroup(state, target.member().pidfd(), signal)
                            : target.member().signal(state, signal));
        }
    }

    /** The same for a caller that needs no outcome: {@link #living} says which members refuse signals. */
    public void signal(CallState state, int signal) {
        signal(state, signal, new Delivery());
    }

    /** Continues all members that were found: a freezing search has stopped them. */
    public void resume(CallState state) {
        for (SeenMember member : found) {
            // A member that has ended or refuses the signal was not stopped either.
            int ignored = member.signal(state, SIGCONT);
        }
    }

    /** The members that were found. They belong to the caller from now on, and this snapshot no longer signals them. */
    List<SeenMember> take() {
        List<SeenMember> taken = found;
        found = List.of();
        return taken;
    }

    /** Closes the descriptors. */
    public void close(CallState state) {
        found.forEach(member -> member.close(state));
    }

    @Override
    public void close() {
        close(CallState.create());
    }
}
