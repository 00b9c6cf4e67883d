package dev.leash.internal.contain;

import static dev.leash.internal.sys.SignalNumbers.SIGCONT;

import dev.leash.Straggler;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import java.util.Arrays;
import java.util.List;

/**
 * The living members of a run that a search has found. It may hold pidfds, so that a signal reaches exactly the
 * processes that were found, and must be closed. For one thread at a time.
 */
public final class MemberSnapshot implements AutoCloseable {
    static final MemberSnapshot NOBODY = of(List.of(), 0);

    private final List<Straggler> living;
    private final int refusal;
    private final List<Target> targets;
    private int[] descriptors;

    /**
     * @param refusal see {@link #refusal}
     * @param descriptors closed with this snapshot
     */
    MemberSnapshot(List<Straggler> living, int refusal, List<Target> targets, int[] descriptors) {
        this.living = List.copyOf(living);
        this.refusal = refusal;
        this.targets = List.copyOf(targets);
        this.descriptors = descriptors;
    }

    /** A snapshot of members that {@link ProcessSet#signal} reaches. */
    static MemberSnapshot of(List<Straggler> living, int refusal) {
        return new MemberSnapshot(living, refusal, List.of(), new int[0]);
    }

    /**
     * A process or group to signal.
     *
     * @param wholeGroup whether the process leads a group of members only, which one call signals
     */
    record Target(int pidfd, boolean wholeGroup) {}

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

    /** Signals each member once, except those that {@link ProcessSet#signal} reaches. */
    public void signal(CallState state, int signal, Delivery delivery) {
        for (Target target : targets) {
            delivery.add(
                    target.wholeGroup()
                            ? Processes.signalGroup(state, target.pidfd(), signal)
                            : Processes.signal(state, target.pidfd(), signal));
        }
    }

    /** The same for a caller that needs no outcome: {@link #living} says which members refuse signals. */
    public void signal(CallState state, int signal) {
        signal(state, signal, new Delivery());
    }

    /** Continues all members that were found: a freezing search has stopped them. */
    public void resume(CallState state) {
        for (int fd : descriptors) {
            // A member that has ended or refuses the signal was not stopped either.
            int ignored = Processes.signal(state, fd, SIGCONT);
        }
    }

    /**
     * The pidfds of the members that were found. They belong to the caller from now on, and this snapshot no longer
     * signals through them.
     */
    List<Integer> takeDescriptors() {
        List<Integer> taken = Arrays.stream(descriptors).boxed().toList();
        descriptors = new int[0];
        return taken;
    }

    /** Closes the descriptors. */
    public void close(CallState state) {
        for (int fd : descriptors) {
            Descriptors.close(state, fd);
        }
    }

    @Override
    public void close() {
        close(CallState.create());
    }
}
