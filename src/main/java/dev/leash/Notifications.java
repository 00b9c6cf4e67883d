package dev.leash;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.notify.NotifyMessage;
import dev.leash.internal.notify.NotifySocket;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the processes of one run of a service say of it, see sd_notify(3), and whether its watchdog hears from it. For the
 * thread that acts on the service, except where noted.
 */
final class Notifications {
    private static final long NANOS_IN_A_MICRO = 1_000;

    private final LoopScope scope;
    private final NotifySocket socket;
    private final ServiceRecord record;
    private final Listener listener;
    private final long configuredNanos;

    private int errno;
    private String status = "";
    private long watchdogNanos;
    private boolean watches;
    private long heardNanos;
    private @Nullable Timer silence;

    /** Gets what concerns the state of the service, on the thread that acts. */
    interface Listener {
        void ready();

        void dead(String why);

        void moreTime(long nanos);
    }

    private Notifications(
            LoopScope scope, NotifySocket socket, ServiceRecord record, long watchdogNanos, Listener listener) {
        this.scope = scope;
        this.socket = socket;
        this.record = record;
        this.configuredNanos = watchdogNanos;
        this.watchdogNanos = watchdogNanos;
        this.listener = listener;
    }

    /** For a run that is about to be started; null if the service is not asked to say anything. For any thread but the loop's. */
    static @Nullable Notifications open(LoopScope scope, Service service, ServiceRecord record, Listener listener)
            throws IOException {
        Service.Draft draft = service.draft();
        boolean asked = draft.readiness instanceof Readiness.Notification || draft.watchdogNanos != Long.MAX_VALUE;
        return asked ? new Notifications(scope, NotifySocket.open(), record, draft.watchdogNanos, listener) : null;
    }

    /** The command with what its program has to know. From any thread. */
    Command connect(Command command) {
        // What a service manager has told this JVM is not for its children. Without WATCHDOG_PID any process may speak.
        Command connected = command.env("NOTIFY_SOCKET", socket.address()).unsetEnv("WATCHDOG_PID");
        return configuredNanos == Long.MAX_VALUE
                ? connected.unsetEnv("WATCHDOG_USEC")
                : connected.env("WATCHDOG_USEC", Long.toString(Math.max(1, configuredNanos / NANOS_IN_A_MICRO)));
    }

    /** The run has been started: its messages are read from now on. */
    void listen(Child child) {
        record.status("");
        try {
            socket.listen(scope, child.senders(), this::said);
        } catch (SystemCallException e) {
            listener.dead("what it says cannot be read: " + e.getMessage());
        }
    }

    private void said(NotifyMessage message) {
        if (message.status() != null) {
            status = message.status();
            record.status(status);
        }
        if (message.errno() != 0) {
            errno = message.errno();
        }
        if (message.extendTimeoutMicros() != NotifyMessage.NOT_SAID) {
            listener.moreTime(nanos(message.extendTimeoutMicros()));
        }
        if (message.ready()) {
            listener.ready();
        }
        watchdog(message);
    }

    /** What it has said of why it fails, to be put after how it has ended; empty if it has said no {@code ERRNO=}. */
    String reason() {
        if (errno == 0) {
            return "";
        }
        return ", and it said " + Errno.name(errno) + (status.isEmpty() ? "" : ": " + status);
    }

    private static long nanos(long micros) {
        return micros > Long.MAX_VALUE / NANOS_IN_A_MICRO ? Long.MAX_VALUE : micros * NANOS_IN_A_MICRO;
    }

    // ---- The watchdog.

    private void watchdog(NotifyMessage message) {
        if (configuredNanos == Long.MAX_VALUE) {
            return;
        }
        if (message.watchdogMicros() != NotifyMessage.NOT_SAID) {
            long asked = nanos(message.watchdogMicros());
            watchdogNanos = asked == 0 ? Long.MAX_VALUE : asked;
        }
        if (message.stopping()) {
            watchNothing();
        }
        switch (message.watchdog()) {
            case ALIVE -> heard();
            case TRIGGER -> listener.dead("watchdog: it has said WATCHDOG=trigger");
            case NOT_SAID -> {
                if (message.watchdogMicros() != NotifyMessage.NOT_SAID) {
                    heard();
                }
            }
        }
    }

    /** It is ready: from now on it has to be heard. */
    void watch() {
        watches = true;
        heard();
    }

    void watchNothing() {
        watches = false;
        cancel();
    }

    private void heard() {
        heardNanos = Clock.monotonicNanos();
        cancel();
        if (watches && watchdogNanos != Long.MAX_VALUE) {
            // Not as soon as the time is over: after a standstill of this JVM a message may be there, unread.
            silence = scope.scheduleAfter(watchdogNanos, () -> scope.whenCaughtUp(this::isSilent));
        }
    }

    private void cancel() {
        Timer known = silence;
        silence = null;
        if (known != null) {
            scope.cancel(known);
        }
    }

    private void isSilent() {
        if (watches && watchdogNanos != Long.MAX_VALUE && Clock.monotonicNanos() - heardNanos >= watchdogNanos) {
            listener.dead("watchdog: no WATCHDOG=1 for " + Durations.text(watchdogNanos));
        }
    }

    /** Its run has ended, or was not started: then from any thread. */
    void close() {
        watchNothing();
        socket.close();
    }
}
