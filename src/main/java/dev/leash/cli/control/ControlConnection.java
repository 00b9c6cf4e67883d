package dev.leash.cli.control;

import dev.leash.cli.io.Complaint;
import dev.leash.cli.io.ExitCodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One who asks: a line comes, and lines go back, of which the last has {@code exit}. Two virtual threads: one does what is
 * asked, the other sees that who asked is gone.
 */
final class ControlConnection {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SocketChannel peer;
    private final ControlTarget target;
    private final ControlLines lines;
    private final CountDownLatch ended = new CountDownLatch(1);

    ControlConnection(SocketChannel peer, ControlTarget target) {
        this.peer = peer;
        this.target = target;
        this.lines = new ControlLines(peer);
    }

    /** @param atEnd called when it is over */
    void begin(Runnable atEnd) {
        Thread ignored = Thread.ofVirtual().name("leash-control-request").start(() -> {
            try {
                serve(Thread.currentThread());
            } finally {
                close();
                atEnd.run();
                ended.countDown();
            }
        });
    }

    private void serve(Thread self) {
        try {
            Thread patience = Thread.ofVirtual().name("leash-control-patience").start(this::closeSilent);
            byte @Nullable [] line = lines.next();
            patience.interrupt();
            if (line == null) {
                return; // who has looked only whether there is a socket
            }
            Thread ignored = Thread.ofVirtual().name("leash-control-peer").start(() -> awaitHangUp(self));
            ControlRequest request = ControlRequest.of(line);
            send(Map.of("exit", target.handle(request, this::send)));
        } catch (RefusedException e) {
            refuse(e.status(), e.lines());
        } catch (InterruptedException e) {
            // There is nobody to tell.
        } catch (IOException | RuntimeException e) {
            refuse(ExitCodes.FAILED, List.of(Complaint.about(e)));
        }
    }

    /** Who has connected, and asks nothing, takes a place. */
    private void closeSilent() {
        try {
            Thread.sleep(PATIENCE);
            close();
        } catch (InterruptedException e) {
            // It has asked.
        }
    }

    private void awaitHangUp(Thread server) {
        try {
            while (lines.next() != null) {
                // Nothing else is expected, and nothing is done about it.
            }
        } catch (IOException e) {
            // the same
        }
        server.interrupt();
    }

    private void refuse(int status, List<String> why) {
        try {
            send(Map.of("errors", why, "exit", status));
        } catch (IOException e) {
            // It is gone.
        }
    }

    private void send(Map<String, ?> line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(ControlJson.line(line));
        while (bytes.hasRemaining()) {
            int ignored = peer.write(bytes);
        }
    }

    void awaitEnd(long nanos) throws InterruptedException {
        boolean ignored = ended.await(nanos, TimeUnit.NANOSECONDS);
    }

    void close() {
        try {
            peer.close();
        } catch (IOException e) {
            // Nothing can be done, and nothing is lost.
        }
    }
}
