package dev.leash.benchmarks.contender;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcessBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** NuProcess. Of which version is a matter of the worker's class path: both have the same API. */
final class NuProcess implements Contender {
    private static final Duration FOR_EVER = Duration.ZERO;

    @Override
    public void roundTrip(List<String> command) throws Exception {
        start(command).await();
    }

    @Override
    public Started start(List<String> command) {
        return start(command, null);
    }

    @Override
    public Started hold(List<String> command) {
        // It knows no way but three pipes.
        return start(command);
    }

    @Override
    public String end(List<String> command, Duration timeout, boolean politely) throws Exception {
        long deadline = System.nanoTime() + timeout.toNanos();
        Run run = start(command, null);
        if (run.process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS) == Integer.MIN_VALUE) {
            run.process.destroy(!politely);
        }
        run.await();
        return run.handler.text.toString();
    }

    @Override
    public long read(List<String> command) throws Exception {
        Run run = start(command, null);
        run.await();
        return run.handler.bytes;
    }

    @Override
    public long lines(List<String> command) {
        throw new UnsupportedOperationException("gives bytes, not lines");
    }

    @Override
    public long echo(List<String> command, byte[] input) throws Exception {
        Run run = start(command, ByteBuffer.wrap(input));
        run.await();
        return run.handler.bytes;
    }

    private static Run start(List<String> command, ByteBuffer input) {
        Handler handler = new Handler(input);
        com.zaxxer.nuprocess.NuProcess process = new NuProcessBuilder(handler, command).start();
        if (process == null) {
            throw new IllegalStateException("NuProcess could not start " + command);
        }
        return new Run(process, handler);
    }

    @Override
    public void close() {}

    private record Run(com.zaxxer.nuprocess.NuProcess process, Handler handler) implements Started {
        @Override
        public void kill() {
            process.destroy(true);
        }

        @Override
        public void await() throws InterruptedException {
            process.waitFor(FOR_EVER.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void onEnd(Runnable action) {
            handler.exited.thenRun(action);
        }
    }

    private static final class Handler extends NuAbstractProcessHandler {
        private final CompletableFuture<Integer> exited = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteBuffer input;
        private com.zaxxer.nuprocess.NuProcess process;
        private volatile long bytes;

        Handler(ByteBuffer input) {
            this.input = input;
        }

        @Override
        public void onStart(com.zaxxer.nuprocess.NuProcess started) {
            process = started;
            if (input != null) {
                started.wantWrite();
            }
        }

        @Override
        public boolean onStdinReady(ByteBuffer buffer) {
            int count = Math.min(buffer.remaining(), input.remaining());
            buffer.put(input.slice().limit(count));
            input.position(input.position() + count);
            buffer.flip();
            if (!input.hasRemaining()) {
                process.closeStdin(false);
                return false;
            }
            return true;
        }

        @Override
        public void onStdout(ByteBuffer buffer, boolean closed) {
            if (bytes == 0 && buffer.remaining() < 64) {
                text.append(StandardCharsets.UTF_8.decode(buffer.duplicate()));
            }
            bytes = bytes + buffer.remaining();
            buffer.position(buffer.limit());
        }

        @Override
        public void onExit(int status) {
            exited.complete(status);
        }
    }
}
