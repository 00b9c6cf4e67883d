package dev.leash.internal.run;

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
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings signals to all programs of a run, and to whoever else belongs to it, who first may have to be looked for. For the
 * loop's thread.
 */
final class SignalDelivery {
    private final LoopScope loop;
    private final ProcessSet containment;
    private final List<Program> stages;
    private final long patienceNanos;
    private final BooleanSupplier over;

    /** Signals that wait until it is known who is to get them, in order, with those who wait for the answer. */
    private final Map<Integer, List<CompletableFuture<Delivery>>> toSend = new LinkedHashMap<>();

    private boolean scoutIsOut;
    private long sentSignals;

    /**
     * @param stages all of the run, when the first signal is sent
     * @param patienceNanos how long a search may take
     * @param over whether the run has ended, and so may not be signalled any more
     */
    SignalDelivery(
            LoopScope loop, ProcessSet containment, List<Program> stages, long patienceNanos, BooleanSupplier over) {
        this.loop = loop;
        this.containment = containment;
        this.stages = stages;
        this.patienceNanos = patienceNanos;
        this.over = over;
    }

    /** Completes {@code sent}, with nobody reached nor refused if the run had ended or there was nobody to signal. */
    void request(int signal, CompletableFuture<Delivery> sent) {
        if (over.getAsBoolean() || containment.reachesAll()) {
            sent.complete(sendUnlessOver(signal, null));
            return;
        }
        // As with the kernel's own, one that has not been delivered yet is delivered once.
        toSend.computeIfAbsent(signal, key -> new ArrayList<>()).add(sent);
        if (!scoutIsOut) {
            sendScout();
        }
    }

    /**
     * One at a time, so that signals arrive in the order in which they were sent, and a flood of them costs no more. What is
     * sent meanwhile waits for the next one: who is born by then is to get it, too.
     */
    private void sendScout() {
        Map<Integer, List<CompletableFuture<Delivery>>> batch = new LinkedHashMap<>(toSend);
        toSend.clear();
        scoutIsOut = true;
        MemberSearch.send(loop, containment, false, patienceNanos, snapshot -> {
            batch.forEach((signal, senders) -> {
                Delivery reached = sendUnlessOver(signal, snapshot);
                senders.forEach(sender -> sender.complete(reached));
            });
            scoutIsOut = false;
            if (!toSend.isEmpty()) {
                sendScout();
            }
        });
    }

    private Delivery sendUnlessOver(int signal, @Nullable MemberSnapshot snapshot) {
        return over.getAsBoolean() ? new Delivery() : send(signal, snapshot);
    }

    /** What has been sent so far, as {@link SignalSet#bits}. */
    long sentSignals() {
        return sentSignals;
    }

    /** Signals whom the containment reaches by itself, programs of a pipeline that have left the group, and the found. */
    Delivery send(int signal, @Nullable MemberSnapshot snapshot) {
        sentSignals |= SignalSet.bits(signal);
        Delivery delivery = new Delivery();
        delivery.add(containment.signal(loop.callState(), signal));
        boolean certain = !containment.needsPermission(signal) && delivery.refusal() == 0;
        for (Program stage : stages.subList(1, stages.size())) {
            stage.signalOutside(stages.getFirst().pid(), signal, delivery);
        }
        if (snapshot != null) {
            snapshot.signal(loop.callState(), signal, delivery);
        }
        if (certain) {
            delivery.pardon();
        } else if (signal != StopStep.SIGCONT) {
            // A group answers 0 if one of it was signalled. CONT is let through to the own session, whoever it is.
            for (Program stage : stages) {
                delivery.refuse(stage.refusal());
            }
        }
        return delivery;
    }
}
