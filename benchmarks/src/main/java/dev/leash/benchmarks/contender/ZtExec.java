package dev.leash.benchmarks.contender;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.StartedProcess;
import org.zeroturnaround.exec.listener.ProcessListener;
import org.zeroturnaround.exec.stream.LogOutputStream;

/** zt-exec, which wraps java.lang.Process. */
final class ZtExec implements Contender {
    private static ProcessExecutor executor(List<String> command, OutputStream output) {
        return new ProcessExecutor(command).redirectOutput(output).redirectError(new ByteArrayOutputStream());
    }

    @Override
    public void roundTrip(List<String> command) throws Exception {
        executor(command, new ByteArrayOutputStream()).execute();
    }

    @Override
    public Started start(List<String> command) throws IOException {
        Ended ended = new Ended();
        return new Run(
                executor(command, OutputStream.nullOutputStream())
                        .addListener(ended)
                        .start(),
                ended);
    }

    @Override
    public Started hold(List<String> command) throws IOException {
        return start(command);
    }

    @Override
    public String end(List<String> command, Duration timeout, boolean politely) throws Exception {
        if (!politely) {
            throw new UnsupportedOperationException("returns at its deadline without having seen the death");
        }
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try {
            executor(command, output)
                    .timeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .execute();
        } catch (TimeoutException e) {
            // As intended.
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    @Override
    public long read(List<String> command) throws Exception {
        Counter counter = new Counter();
        executor(command, counter).execute();
        return counter.bytes;
    }

    @Override
    public long lines(List<String> command) throws Exception {
        LongAdder lines = new LongAdder();
        executor(command, new LogOutputStream() {
                    @Override
                    protected void processLine(String line) {
                        lines.increment();
                    }
                })
                .execute();
        return lines.sum();
    }

    @Override
    public long echo(List<String> command, byte[] input) throws Exception {
        Counter counter = new Counter();
        executor(command, counter)
                .redirectInput(new ByteArrayInputStream(input))
                .execute();
        return counter.bytes;
    }

    @Override
    public void close() {}

    private record Run(StartedProcess started, Ended ended) implements Started {
        @Override
        public void kill() {
            started.getProcess().destroyForcibly();
        }

        @Override
        public void await() throws Exception {
            started.getFuture().get();
        }

        @Override
        public void onEnd(Runnable action) {
            ended.action = action;
        }
    }

    /** A listener has to be there before the start. */
    private static final class Ended extends ProcessListener {
        private volatile Runnable action = () -> {};

        @Override
        public void afterStop(Process process) {
            action.run();
        }
    }

    private static final class Counter extends OutputStream {
        private volatile long bytes;

        @Override
        public void write(int b) {
            bytes = bytes + 1;
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            bytes = bytes + length;
        }
    }
}
