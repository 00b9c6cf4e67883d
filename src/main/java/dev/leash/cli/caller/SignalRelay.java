package dev.leash.cli.caller;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.SignalEvents;
import dev.leash.internal.sys.SystemCallException;

/**
 * The signals that are sent to this process, brought to the loop's thread. What comes after {@link #take} is not lost: it
 * waits for {@link #deliver}.
 */
public final class SignalRelay {
    /** What to do with a signal; on the loop's thread. */
    public interface Receiver {
        void received(int signal);
    }

    private final SignalEvents taken;

    private SignalRelay(SignalEvents taken) {
        this.taken = taken;
    }

    /**
     * Takes signals over, whether or not they are ignored. Before there is an engine: that opens descriptors.
     *
     * @param signals see {@link dev.leash.internal.sys.SignalSet}
     * @throws SystemCallException if a descriptor limit is reached
     */
    public static SignalRelay take(CallState state, long signals) throws SystemCallException {
        return new SignalRelay(SignalEvents.open(state, signals));
    }

    /**
     * Brings each of them to {@code receiver}, on the loop's thread. The descriptors are gathered in an epoll of their own, and
     * here, where the program is running already: on the loop that would stand between the program's end and its notice.
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
