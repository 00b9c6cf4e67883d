package dev.leash.internal.notify;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Registration;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Datagram;
import dev.leash.internal.sys.Datagrams;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Epoll;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The socket at which one run tells its state, see sd_notify(3). A message is believed only if its sender is proven to be
 * a member of the run; all others are read, and dropped.
 *
 * <p>The kernel tells the sender's pid, and from Linux 6.5 on a pidfd. The sender must exist when its message is read:
 * of a process that has been reaped nothing can be proven, and its number may be another's by then. So the message of a
 * child that sends, ends and is reaped at once may be lost, unless it waits at a barrier, as systemd-notify(1) does by
 * default: its descriptor is closed when all messages before it have been handled. Leash
 * reaps the run's leader itself, so its messages are lost only if it ends right after them. Before Linux 6.5 a number that was used again between sending and reading cannot be
 * told: there a stranger would be believed if all numbers of processes were used up in this time, and a new member of the
 * run got its number.
 *
 * <p>Descriptors that come with a message are closed when it has been handled: there is no file descriptor store.
 *
 * <p>For the thread that acts in its scope, except where noted.
 */
public final class NotifySocket {
    /** So many messages are handled in one turn of the loop. */
    private static final int MOST_PER_TURN = 64;

    private final NotifyPath path;
    private int fd;
    private @Nullable Listening listening;

    private NotifySocket(NotifyPath path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    /**
     * Makes a socket. What is sent to it waits until it {@linkplain #listen listens}. For any thread but the loop's, which
     * then closes it or hands it over.
     *
     * @throws IOException if there is no place for it, or no descriptor
     */
    public static NotifySocket open() throws IOException {
        try (CallState state = CallState.open()) {
            int fd = SystemCallException.check("socket", Datagrams.open(state));
            NotifySocket made = null;
            try {
                SystemCallException.check("setsockopt SO_PASSCRED", Datagrams.passSenders(state, fd));
                made = new NotifySocket(NotifyPath.bind(state, fd), fd);
                return made;
            } finally {
                if (made == null) {
                    Descriptors.close(state, fd);
                }
            }
        }
    }

    /** What {@code NOTIFY_SOCKET} has to be in the environment of the run. From any thread. */
    public String address() {
        return path.toString();
    }

    /**
     * Reads from now on. To be called when the run has been started and {@code senders} knows it.
     *
     * @param handler called for each message of a member, in the order of sending; what it throws fails the scope
     * @throws SystemCallException if epoll has no room
     */
    public void listen(LoopScope scope, Senders senders, Consumer<NotifyMessage> handler) throws SystemCallException {
        listening = new Listening(scope, senders, handler);
        listening.begin();
    }

    /**
     * Reads no more, and removes the socket's file. No handler is called afterwards. A second call has no effect. For any
     * thread if it has never listened.
     */
    public void close() {
        if (fd < 0) {
            return;
        }
        Listening last = listening;
        if (last == null) {
            try (CallState state = CallState.open()) {
                Descriptors.close(state, fd);
            }
            path.remove();
        } else {
            last.end();
            // A file system may let it wait.
            Thread ignored = Thread.ofVirtual().name("leash-notify-remove").start(path::remove);
        }
        fd = -1;
    }

    /** From the first message on. */
    private final class Listening {
        private final LoopScope scope;
        private final Senders senders;
        private final Consumer<NotifyMessage> handler;
        private @Nullable Registration registration;

        /** Its sender is being looked at. Until that is known, no other message is read. */
        private @Nullable Datagram waiting;

        Listening(LoopScope scope, Senders senders, Consumer<NotifyMessage> handler) {
            this.scope = scope;
            this.senders = senders;
            this.handler = handler;
        }

        void begin() throws SystemCallException {
            registration = scope.register(fd, Epoll.IN, readiness -> ready());
        }

        private void ready() {
            for (int count = 0; count < MOST_PER_TURN && fd >= 0 && waiting == null; count++) {
                Datagram next;
                try {
                    next = Datagrams.receive(scope.callState(), fd, scope.buffer(), NotifyMessage.LONGEST);
                } catch (SystemCallException e) {
                    throw new IllegalStateException(e); // it fails what has the scope, as no other way tells of it
                }
                if (next == null) {
                    return;
                }
                judge(next);
            }
        }

        private void judge(Datagram message) {
            boolean looks = false;
            try {
                switch (isThere(message) ? senders.atOnce(scope.callState(), message.pid()) : Senders.Answer.STRANGER) {
                    case MEMBER -> believe(message);
                    case STRANGER -> {}
                    case UNKNOWN -> {
                        wait(message);
                        looks = true;
                    }
                }
            } finally {
                if (!looks) {
                    message.closeAll(scope.callState()); // which answers a barrier
                }
            }
        }

        /**
         * Whether the sender has not been reaped, so that its number has not been used again. Where the kernel cannot say,
         * the number has to do.
         */
        private boolean isThere(Datagram message) {
            if (message.pid() <= 0 || message.pidfd() == -Errno.ESRCH) {
                return false;
            }
            return message.pidfd() < 0 || Processes.exists(scope.callState(), message.pidfd());
        }

        private void believe(Datagram message) {
            if (isThere(message)) { // after it was looked at, as before
                handler.accept(message.truncated() ? NotifyMessage.EMPTY : NotifyMessage.parse(message.content()));
            }
        }

        private void wait(Datagram message) {
            interest(0);
            boolean started = false;
            try {
                Thread ignored = Thread.ofVirtual().name("leash-notify-look").start(() -> look(message.pid()));
                started = true;
                waiting = message;
            } finally {
                if (!started) {
                    interest(Epoll.IN);
                }
            }
        }

        /** On a virtual thread. Where there is no pidfd from the kernel, what it sees is of one process all the same. */
        private void look(int pid) {
            boolean member = false;
            try (CallState state = CallState.open()) {
                int pidfd = Processes.openPidfd(state, pid);
                if (pidfd >= 0) {
                    try {
                        member = senders.look(state, pid) && Processes.exists(state, pidfd);
                    } finally {
                        Descriptors.close(state, pidfd);
                    }
                }
            } catch (IOException e) {
                member = false; // not proven
            } finally {
                boolean answer = member;
                scope.execute(() -> looked(answer));
            }
        }

        private void looked(boolean member) {
            Datagram message = waiting;
            if (message == null) {
                return; // closed meanwhile
            }
            waiting = null;
            try {
                interest(Epoll.IN);
                if (member) {
                    believe(message);
                }
            } finally {
                message.closeAll(scope.callState());
            }
        }

        private void interest(int events) {
            if (registration != null) {
                registration.interest(events);
            }
        }

        void end() {
            if (registration != null) {
                registration.cancel();
            }
            if (waiting != null) {
                waiting.closeAll(scope.callState());
                waiting = null;
            }
            Descriptors.close(scope.callState(), fd);
        }
    }
}
