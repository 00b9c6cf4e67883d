package dev.leash.internal.contain;

import static dev.leash.internal.sys.SignalNumbers.SIGCONT;

import dev.leash.Straggler;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import java.util.Arrays;
import java.util.List;

/**
 * The living members of a run that a look around has found. It may hold pidfds, which make sure that a signal reaches
 * exactly those who were found; so it has to be closed. For one thread at a time.
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

    /** A snapshot of members whom {@link ProcessSet#signal} reaches. */
    static MemberSnapshot of(List<Straggler> living, int refusal) {
        return new MemberSnapshot(living, refusal, List.of(), new int[0]);
    }

    /**
     * Somebody to signal.
     *
     * @param wholeGroup whether the process leads a group of members only, to be signalled at one blow
     */
    record Target(int pidfd, boolean wholeGroup) {}

    /** Who is alive, zombies left out. */
    public List<Straggler> living() {
        return living;
    }

    /** The errno with which the kernel refuses to let those be signalled that are {@linkplain Straggler#refused refused}; 0 if none is. */
    public int refusal() {
        return refusal;
    }

    /** Signals each member once, but for those whom {@link ProcessSet#signal} reaches. */
    public void signal(CallState state, int signal, Delivery delivery) {
        for (Target target : targets) {
            delivery.add(
                    target.wholeGroup()
                            ? Processes.signalGroup(state, target.pidfd(), signal)
                            : Processes.signal(state, target.pidfd(), signal));
        }
    }

    /** Signals them, where it is of no use to know who was reached: {@link #living} says who could not be. */
    public void signal(CallState state, int signal) {
        signal(state, signal, new Delivery());
    }

    /** Continues all that were found: a search that freezes has stopped them. */
    public void resume(CallState state) {
        for (int fd : descriptors) {
            int ignored = Processes.signal(state, fd, SIGCONT); // one that is gone or refuses it was not stopped either
        }
    }

    /** The descriptors of those who were found, which are the caller's from now on, and no more to be signalled through. */
    List<Integer> takeDescriptors() {
        List<Integer> taken = Arrays.stream(descriptors).boxed().toList();
        descriptors = new int[0];
        return taken;
    }

    /** Gives back the descriptors. */
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
