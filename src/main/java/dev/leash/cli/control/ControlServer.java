package dev.leash.cli.control;

import dev.leash.cli.caller.CallersPath;
import dev.leash.cli.io.Complaint;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.FileErrors;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The socket through which one {@code leash up} is controlled, see unix(7), and the lock that keeps a second one of the
 * same file away. It is there for the same user and for root only: its mode says so, and each who connects is asked for
 * the uid that the kernel has noted.
 */
public final class ControlServer implements AutoCloseable {
    /** More at the same time are a mistake, or an attack. */
    private static final int MOST = 100;

    /** So many of them may watch: who wants to stop a service finds a place. */
    private static final int MOST_LASTING = 80;

    /** What is going on has so long to come to its answer when all ends. */
    private static final long LAST_WORDS_NANOS = 2_000_000_000L;

    /** Before the next one is taken after an error. */
    private static final long PAUSE_MILLIS = 200;

    private final List<ControlPlace> places;
    private final @Nullable ControlLock lock;
    private final @Nullable ControlPlace place;
    private @Nullable ServerSocketChannel socket;
    private @Nullable String obstacle;
    private final Set<ControlConnection> connections = ConcurrentHashMap.newKeySet();
    private final CountDownLatch accepting = new CountDownLatch(1);
    private final Semaphore lasting = new Semaphore(MOST_LASTING);

    private ControlServer(
            List<ControlPlace> places,
            @Nullable ControlPlace place,
            @Nullable ControlLock lock,
            @Nullable String obstacle) {
        this.places = places;
        this.place = place;
        this.lock = lock;
        this.obstacle = obstacle;
    }

    /**
     * Takes the lock. Nothing is served yet.
     *
     * @param file {@link RawText}
     * @throws UsageException if another one runs {@code file}
     */
    public static ControlServer of(String file) throws UsageException {
        if (CallersPath.descriptor(file) >= 0) {
            return new ControlServer(List.of(), null, null, "it is read from a descriptor, which has no folder");
        }
        List<ControlPlace> places;
        try {
            places = ControlPlace.of(file);
        } catch (IOException e) {
            return new ControlServer(List.of(), null, null, Complaint.about(e));
        }
        for (ControlPlace other : places) {
            if (ControlLock.isTaken(other)) {
                throw runs(file, other);
            }
        }
        ControlPlace place =
                places.stream().filter(ControlPlace::isLasting).findFirst().orElseThrow();
        try {
            ControlLock lock = ControlLock.take(place);
            if (lock == null) {
                throw runs(file, place);
            }
            return new ControlServer(places, place, lock, null);
        } catch (IOException e) {
            return new ControlServer(places, place, null, why(e));
        }
    }

    /** Without the path, which leads through a descriptor and tells nobody anything. */
    private static String why(Exception e) {
        return e instanceof IOException io ? FileErrors.text(io) : Complaint.about(e);
    }

    private static UsageException runs(String file, ControlPlace place) {
        String pid = ControlLock.holder(place);
        return new UsageException("a leash up of " + file + " runs already" + (pid.isEmpty() ? "" : ", pid " + pid)
                + "; 'leash ps' tells of it, 'leash reload' has it read the file again, 'leash stop --all' ends it");
    }

    /**
     * Begins to serve.
     *
     * @param trouble takes a sentence on what goes wrong, now or later, on any thread
     */
    public void begin(ControlTarget target, Consumer<String> trouble) {
        serve(target, trouble);
        if (obstacle != null) {
            String where = place == null ? "" : RawText.text(place.shown()) + ": ";
            trouble.accept(
                    "there is no control socket, so 'leash ps' and the like do not find this: " + where + obstacle);
        }
    }

    private void serve(ControlTarget target, Consumer<String> trouble) {
        ControlPlace at = place;
        if (lock == null || at == null) {
            return;
        }
        try {
            // What is there of one that was killed is not in use: this has the lock.
            boolean ignored = Files.deleteIfExists(at.unfinishedSocket());
            ServerSocketChannel made = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            socket = made;
            made.bind(UnixDomainSocketAddress.of(at.unfinishedSocket()));
            // The umask has decided so far. Nobody finds it before it is this user's alone.
            Files.setPosixFilePermissions(at.unfinishedSocket(), PosixFilePermissions.fromString("rw-------"));
            at.finish();
            Thread acceptor = Thread.ofVirtual().name("leash-control").unstarted(() -> accept(made, target, trouble));
            acceptor.start();
        } catch (IOException | UnsupportedOperationException e) {
            obstacle = why(e);
            closeSocket();
        }
    }

    private void accept(ServerSocketChannel from, ControlTarget target, Consumer<String> trouble) {
        boolean told = false;
        try {
            while (from.isOpen()) {
                try {
                    take(from.accept(), target);
                } catch (ClosedChannelException e) {
                    return; // that is the end
                } catch (IOException | LinkageError e) {
                    // No descriptor may be free for a while.
                    if (!told) {
                        trouble.accept("the control socket cannot take a request: " + Complaint.about(e));
                    }
                    told = true;
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            accepting.countDown();
        }
    }

    private void take(SocketChannel peer, ControlTarget target) throws IOException {
        boolean taken = false;
        try {
            if (ControlPeer.isTrusted(peer)) {
                boolean tooMany = connections.size() >= MOST;
                ControlConnection connection = new ControlConnection(peer, tooMany ? refusal(MOST) : limited(target));
                connections.add(connection);
                connection.begin(() -> connections.remove(connection));
                taken = true;
            }
        } finally {
            if (!taken) {
                peer.close();
            }
        }
    }

    private ControlTarget limited(ControlTarget target) {
        return (request, reply) -> {
            if (!request.isLasting()) {
                return target.handle(request, reply);
            }
            if (!lasting.tryAcquire()) {
                return refusal(MOST_LASTING).handle(request, reply);
            }
            try {
                return target.handle(request, reply);
            } finally {
                lasting.release();
            }
        };
    }

    private static ControlTarget refusal(int most) {
        return (request, reply) -> {
            throw new RefusedException(
                    ExitCodes.FAILED, List.of(most + " others ask this leash up already: try again later"));
        };
    }

    /** Ends it, when those who have asked have their answers, or after a while. */
    @Override
    public void close() {
        if (socket != null) {
            closeSocket();
            awaitAnswers();
        }
        connections.forEach(ControlConnection::close);
        if (lock != null) {
            lock.close();
        }
        ControlPlace.close(places);
    }

    private void closeSocket() {
        ServerSocketChannel made = socket;
        socket = null;
        try {
            if (made != null && place != null) {
                boolean ignored =
                        Files.deleteIfExists(place.socket()) || Files.deleteIfExists(place.unfinishedSocket());
            }
        } catch (IOException e) {
            // Its folder is gone, or cannot be written any more: what is left there answers nobody.
        }
        try {
            if (made != null) {
                made.close();
            }
        } catch (IOException e) {
            // Nothing can be done, and nothing is lost.
        }
    }

    private void awaitAnswers() {
        try {
            long deadline = Clock.monotonicNanos() + LAST_WORDS_NANOS;
            boolean ignored = accepting.await(LAST_WORDS_NANOS, TimeUnit.NANOSECONDS);
            for (ControlConnection each : connections) {
                each.awaitEnd(deadline - Clock.monotonicNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
