package dev.leash.internal.loop;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A descriptor that is being polled. For the loop's thread. */
public final class Registration {
    private final Poller poller;
    private final int fd;
    private final long token;
    private @Nullable ReadyHandler handler;
    private final @Nullable Consumer<Throwable> failed;

    Registration(Poller poller, int fd, long token, ReadyHandler handler, @Nullable Consumer<Throwable> failed) {
        this.poller = poller;
        this.fd = fd;
        this.token = token;
        this.handler = handler;
        this.failed = failed;
    }

    /** Changes the polled events; 0 for none but the errors and hang-ups that epoll always reports. */
    public void interest(int events) {
        poller.modify(fd, events, token);
    }

    /** Stops polling. Must come before the descriptor is closed. A second call has no effect. */
    public void cancel() {
        if (handler != null) {
            handler = null;
            poller.remove(fd, token);
        }
    }

    void dispatch(int readiness) {
        if (handler == null) {
            return;
        }
        try {
            handler.ready(readiness);
        } catch (Throwable thrown) {
            if (failed == null) {
                throw thrown;
            }
            failed.accept(thrown);
        }
    }
}
