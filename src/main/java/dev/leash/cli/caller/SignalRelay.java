package dev.leash.cli.caller;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.SignalEvents;
import dev.leash.internal.sys.SystemCallException;

/**
 * Brings the signals that this process gets to the loop's thread. A signal that comes after {@link #take} is not
 * lost: it waits for {@link #deliver}.
 */
public final class SignalRelay {
    /** Handles a signal, on the loop's thread. */
    public interface Receiver {
        void received(int signal);
    }

    private final SignalEvents taken;

    private SignalRelay(SignalEvents taken) {
        this.taken = taken;
    }

    /**
     * Takes over signals, whether or not they are ignored. Must come before there is an engine, which opens
     * descriptors.
     *
     * @param signals see {@link dev.leash.internal.sys.SignalSet}
     * @throws SystemCallException if a descriptor limit is reached
     */
    public static SignalRelay take(CallState state, long signals) throws SystemCallException {
        return new SignalRelay(SignalEvents.open(state, signals));
    }

    /**
     * Passes each signal to {@code receiver}, on the loop's thread. The descriptors are added to an epoll of their
     * own, and here, when the program already runs: on the loop this would delay the notice of the program's end.
     */
    public void deliver(EventLoop loop, Receiver receiver) throws SystemCallException {
        Epoll signals;
        try (CallState state = CallState.open()) {
            signals = taken.poll(state);
        }
        loop.execute(() -> {
            try {
                loop.register(signals.fd(), Epoll.IN, readiness -> bring(signals, loop.callState(), receiver));
            } catch (SystemCallException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void bring(Epoll signals, CallState state, Receiver receiver) {
        int count = signals.await(state, 0);
        for (int index = 0; index < count; index++) {
            int signal = (int) signals.data(index);
            if (taken.clear(state, signal)) {
                receiver.received(signal);
            }
        }
    }
}
