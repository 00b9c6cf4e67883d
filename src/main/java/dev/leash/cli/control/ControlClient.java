package dev.leash.cli.control;

import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.sys.Clock;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks the {@code leash up} of one file. For one thread. */
final class ControlClient implements AutoCloseable {
    /** Takes the lines of an answer. */
    interface Lines {
        void take(Map<String, @Nullable Object> line, byte[] text) throws IOException;
    }

    private static final long PAUSE_NANOS = 50_000_000;

    /** An answer comes when the time is over. Without one so much later the leash up stands still. */
    private static final long LATE_NANOS = 2_000_000_000L;

    private final String file;
    private final SocketChannel socket;

    private ControlClient(String file, SocketChannel socket) {
        this.file = file;
        this.socket = socket;
    }

    /**
     * For the first of these files that is run.
     *
     * @param files {@link RawText}
     * @param nanos how long to wait for one, if none is there; 0 for not at all
     * @throws UsageException if none is
     */
    static ControlClient connect(List<String> files, long nanos) throws IOException, UsageException {
        long begin = Clock.monotonicNanos();
        while (true) {
            try {
                return connectNow(files);
            } catch (UsageException e) {
                if (Clock.monotonicNanos() - begin >= nanos) {
                    throw e;
                }
                Clock.sleep(PAUSE_NANOS);
            }
        }
    }

    private static ControlClient connectNow(List<String> files) throws IOException, UsageException {
        List<String> looked = new ArrayList<>();
        for (String file : files) {
            List<ControlPlace> places = ControlPlace.of(file);
            try {
                for (ControlPlace place : places) {
                    if (Files.exists(place.socket(), LinkOption.NOFOLLOW_LINKS)) {
                        SocketChannel socket = connect(place);
                        if (socket != null) {
                            return new ControlClient(file, socket);
                        }
                    }
                    looked.add(place.shown());
                }
            } finally {
                ControlPlace.close(places);
            }
        }
        throw new UsageException("no leash up of " + String.join(" or ", files) + " runs here (there is no live socket "
                + String.join(", nor ", looked) + "); another file is named by --file=FILE");
    }

    /** Null if it is what a killed one has left. */
    private static @Nullable SocketChannel connect(ControlPlace place) throws IOException {
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean kept = false;
        try {
            boolean ignored = socket.connect(UnixDomainSocketAddress.of(place.socket()));
            if (!ControlPeer.isTrusted(socket) && !ControlPeer.isRoot(ControlPlace.own())) {
                throw new IOException("the socket " + RawText.text(place.shown()) + " belongs to another user");
            }
            kept = true;
            return socket;
        } catch (java.net.ConnectException e) {
            return null;
        } catch (java.net.SocketException e) {
            throw new IOException("cannot connect to " + RawText.text(place.shown()) + ": " + e.getMessage(), e);
        } finally {
            if (!kept) {
                socket.close();
            }
        }
    }

    /** The exit status. {@code errors} takes each line that says what is wrong. */
    int ask(ControlRequest request, Lines answer, Consumer<String> errors) throws IOException {
        Thread watch =
                request.timeoutNanos() == 0 ? null : Thread.startVirtualThread(() -> closeLate(request.timeoutNanos()));
        try {
            return askNow(request, answer, errors);
        } catch (AsynchronousCloseException e) {
            errors.accept("the leash up of " + RawText.text(file) + " does not answer: it stands still, or is stopped");
            return ExitCodes.TIMED_OUT;
        } finally {
            if (watch != null) {
                watch.interrupt();
            }
        }
    }

    private void closeLate(long nanos) {
        try {
            Thread.sleep(Duration.ofNanos(Math.min(Long.MAX_VALUE - LATE_NANOS, nanos) + LATE_NANOS));
            socket.close();
        } catch (InterruptedException | IOException e) {
            // It has answered, or is gone.
        }
    }

    private int askNow(ControlRequest request, Lines answer, Consumer<String> errors) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(request.line());
        while (bytes.hasRemaining()) {
            int ignored = socket.write(bytes);
        }
        ControlLines lines = new ControlLines(socket);
        while (true) {
            byte[] text = lines.next();
            if (text == null) {
                throw new IOException("the leash up of " + RawText.text(file) + " has ended before it answered");
            }
            Map<String, @Nullable Object> line = ControlJson.parse(text);
            if (line.get("exit") instanceof Long status) {
                if (line.get("errors") instanceof List<?> why) {
                    why.forEach(each -> errors.accept(String.valueOf(each)));
                }
                return Math.toIntExact(status);
            }
            answer.take(line, text);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
