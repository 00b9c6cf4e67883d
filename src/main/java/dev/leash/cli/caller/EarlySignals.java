package dev.leash.cli.caller;

import dev.leash.Signal;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.sys.SignalSet;
import dev.leash.internal.sys.SystemCallException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Signals that come before there is a program to forward them to. Usually they wait for it, because a start is short.
 * A start that has to wait for another process, such as the writer of a FIFO, is ended by signals that would end a
 * program.
 */
public final class EarlySignals implements Patience.Caller, SignalRelay.Receiver {
    private static final long ENDING =
            SignalSet.bits(Signal.INT.number(), Signal.TERM.number(), Signal.HUP.number(), Signal.QUIT.number());

    private final SignalRelay relay;
    private final EventLoop loop;
    private volatile boolean delivered;
    private volatile int endedBy;

    // Used by the loop's thread only.
    private final List<Integer> early = new ArrayList<>();
    private SignalRelay.@Nullable Receiver receiver;

    public EarlySignals(SignalRelay relay, EventLoop loop) {
        this.relay = relay;
        this.loop = loop;
    }

    @Override
    public void waits() {
        delivered = true;
        try {
            relay.deliver(loop, this);
        } catch (SystemCallException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean cancelled() {
        return endedBy != 0;
    }

    /** The signal that has ended the wait, or 0. */
    public int endedBy() {
        return endedBy;
    }

    /** The program has started: passes the signals that have come, and all later ones, to {@code program}. */
    public void handOver(SignalRelay.Receiver program) throws SystemCallException {
        if (!delivered) {
            relay.deliver(loop, program);
            return;
        }
        loop.execute(() -> {
            receiver = program;
            early.forEach(program::received);
        });
    }

    @Override
    public void received(int signal) {
        if (receiver != null) {
            receiver.received(signal);
            return;
        }
        early.add(signal);
        if (endedBy == 0 && SignalSet.contains(ENDING, signal)) {
            endedBy = signal;
        }
    }
}
