package dev.leash.internal.run;

import static dev.leash.internal.sys.SignalNumbers.SIGSTOP;

import dev.leash.internal.contain.Delivery;
import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.SignalSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends signals to all members of a run, for which a search may be needed first. For the thread that acts on the run.
 */
final class SignalDelivery {
    /** Among the signals that are to be sent: STOP, unless the run is being ended by then. */
    private static final int PAUSE = -1;

    private final LoopScope loop;
    private final ProcessSet members;
    private final List<Program> programs;
    private final long killWaitNanos;
    private final BooleanSupplier over;
    private final Pause pause;

    /** Signals that wait for the search for their receivers, in order, with the futures of their callers. */
    private @Nullable Map<Integer, List<CompletableFuture<Delivery>>> toSend;

    private boolean searching;
    private long sentSignals;

    /**
     * @param programs all programs of the run, when the first signal is sent
     * @param killWaitNanos how long a search may take
     * @param over whether the run has ended, and so may not be signalled any more
     * @param pause is told when the run goes on
     */
    SignalDelivery(
            LoopScope loop,
            ProcessSet members,
            List<Program> programs,
            long killWaitNanos,
            BooleanSupplier over,
            Pause pause) {
        this.loop = loop;
        this.members = members;
        this.programs = programs;
        this.killWaitNanos = killWaitNanos;
        this.over = over;
        this.pause = pause;
    }

    /** Sends STOP like {@link #request}, and not if the run has to end: then it must be able to act on its signals. */
    void requestPause(CompletableFuture<Delivery> sent) {
        request(PAUSE, sent);
    }

    /** Completes {@code sent}; no process is reached nor refused if the run had ended or there was none to signal. */
    void request(int signal, CompletableFuture<Delivery> sent) {
        if (over.getAsBoolean() || members.reachesAll()) {
            sent.complete(sendUnlessOver(signal, null));
            return;
        }
        // As in the kernel, a signal that is pending already is delivered once.
        if (toSend == null) {
            toSend = new LinkedHashMap<>();
        }
        List<CompletableFuture<Delivery>> senders = toSend.get(signal);
        if (senders == null || stopsOrContinues(signal)) {
            senders = senders == null ? new ArrayList<>() : senders;
            toSend.remove(signal); // of STOP and CONT the last one counts, so it has to come last
            toSend.put(signal, senders);
        }
        senders.add(sent);
        if (!searching) {
            search();
        }
    }

    /**
     * One search at a time, so that signals arrive in the order in which they were sent, and a flood of them costs no
     * more. A signal that is sent meanwhile waits for the next search, so that processes born by then get it, too.
     */
    private void search() {
        Map<Integer, List<CompletableFuture<Delivery>>> batch = Objects.requireNonNull(toSend);
        toSend = null;
        searching = true;
        MemberSearch ignored = MemberSearch.start(loop, members, false, killWaitNanos, snapshot -> {
            batch.forEach((signal, senders) -> {
                Delivery reached = sendUnlessOver(signal, snapshot);
                senders.forEach(sender -> sender.complete(reached));
            });
            searching = false;
            if (toSend != null) {
                search();
            }
        });
    }

    private Delivery sendUnlessOver(int signal, @Nullable MemberSnapshot snapshot) {
        if (over.getAsBoolean()) {
            return new Delivery();
        }
        if (signal != PAUSE) {
            return send(signal, snapshot);
        }
        if (!pause.mayBegin()) {
            return new Delivery();
        }
        Delivery delivery = send(SIGSTOP, snapshot);
        if (delivery.reached()) {
            pause.begun();
        }
        return delivery;
    }

    private static boolean stopsOrContinues(int signal) {
        return signal == PAUSE || signal == SIGSTOP || signal == StopStep.SIGCONT;
    }

    /** The signals that have been sent so far, as {@link SignalSet#bits}. */
    long sentSignals() {
        return sentSignals;
    }

    /**
     * Signals the processes that the process set reaches by itself, programs of a pipeline that have left the group,
     * and the members in the snapshot; the programs alone if there is none since the search has failed.
     */
    Delivery send(int signal, @Nullable MemberSnapshot snapshot) {
        sentSignals |= SignalSet.bits(signal);
        Delivery delivery = new Delivery();
        delivery.add(members.signal(loop.callState(), signal));
        boolean certain = !members.needsPermission(signal) && delivery.refusal() == 0;
        for (Program program : programs.subList(1, programs.size())) {
            program.signalOutside(programs.getFirst().pid(), signal, delivery);
        }
        if (snapshot != null) {
            snapshot.signal(loop.callState(), signal, delivery);
        } else if (!members.reachesPrograms(signal)) {
            programs.forEach(program -> delivery.add(program.signal(signal))); // better than none
        }
        if (certain) {
            delivery.pardon();
        } else if (signal != StopStep.SIGCONT) {
            // kill(2) of a group returns 0 if one process was signalled. CONT is permitted within the own session,
            // for any user.
            for (Program program : programs) {
                delivery.refuse(program.refusal());
            }
        }
        if (signal == StopStep.SIGCONT) {
            pause.over();
        }
        return delivery;
    }
}
