package dev.leash.cli;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.SignalEvents;
import dev.leash.internal.sys.SystemCallException;
import java.util.ArrayList;
import java.util.List;

/**
 * The signals that are sent to this process, brought to the loop's thread. What comes after {@link #take} is not lost: it
 * waits for {@link #deliver}.
 */
final class SignalRelay {
    /** What to do with a signal; on the loop's thread. */
    interface Receiver {
        void received(int signal);
    }

    private final CallState state;
    private final List<SignalEvents> taken = new ArrayList<>();

    SignalRelay(CallState state) {
        this.state = state;
    }

    /** Takes {@code signal} over, whether or not it is ignored. Before there is an engine: that opens descriptors. */
    void take(int signal) {
        SignalEvents events = SignalEvents.open(state, signal);
        if (events != null) {
            taken.add(events);
        }
    }

    /** Brings each of them to {@code receiver}, on the loop's thread. */
    void deliver(EventLoop loop, Receiver receiver) {
        loop.execute(() -> {
            for (SignalEvents events : taken) {
                register(loop, events, receiver);
            }
        });
    }

    private static void register(EventLoop loop, SignalEvents events, Receiver receiver) {
        try {
            loop.register(events.fd(), Epoll.IN, readiness -> {
                if (events.clear(loop.callState())) {
                    receiver.received(events.signal());
                }
            });
        } catch (SystemCallException e) {
            throw new IllegalStateException(e);
        }
    }
}
