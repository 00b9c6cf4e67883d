package dev.leash.benchmarks.contender;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteException;
import org.apache.commons.exec.ExecuteResultHandler;
import org.apache.commons.exec.ExecuteWatchdog;
import org.apache.commons.exec.LogOutputStream;
import org.apache.commons.exec.PumpStreamHandler;

/** Apache Commons Exec, which wraps java.lang.Process. */
final class CommonsExec implements Contender {
    private static DefaultExecutor executor(OutputStream output, InputStream input) {
        DefaultExecutor executor = DefaultExecutor.builder()
                .setExecuteStreamHandler(new PumpStreamHandler(output, new ByteArrayOutputStream(), input))
                .get();
        executor.setExitValues(null);
        return executor;
    }

    private static CommandLine line(List<String> command) {
        CommandLine line = new CommandLine(command.getFirst());
        command.stream().skip(1).forEach(argument -> line.addArgument(argument, false));
        return line;
    }

    @Override
    public void roundTrip(List<String> command) throws IOException {
        executor(new ByteArrayOutputStream(), null).execute(line(command));
    }

    @Override
    public Started start(List<String> command) throws IOException {
        DefaultExecutor executor = executor(OutputStream.nullOutputStream(), null);
        ExecuteWatchdog watchdog = ExecuteWatchdog.builder()
                .setTimeout(ExecuteWatchdog.INFINITE_TIMEOUT_DURATION)
                .get();
        executor.setWatchdog(watchdog);
        Ended ended = new Ended();
        executor.execute(line(command), ended);
        return new Run(watchdog, ended.future);
    }

    @Override
    public Started hold(List<String> command) throws IOException {
        return start(command);
    }

    @Override
    public String end(List<String> command, Duration timeout, boolean politely) throws IOException {
        if (!politely) {
            throw new UnsupportedOperationException("has TERM only, no KILL");
        }
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        DefaultExecutor executor = executor(output, null);
        executor.setWatchdog(ExecuteWatchdog.builder().setTimeout(timeout).get());
        executor.execute(line(command));
        return output.toString(StandardCharsets.UTF_8);
    }

    @Override
    public long read(List<String> command) throws IOException {
        LongAdder bytes = new LongAdder();
        executor(counter(bytes), null).execute(line(command));
        return bytes.sum();
    }

    @Override
    public long lines(List<String> command) throws IOException {
        LongAdder lines = new LongAdder();
        executor(
                        new LogOutputStream() {
                            @Override
                            protected void processLine(String line, int level) {
                                lines.increment();
                            }
                        },
                        null)
                .execute(line(command));
        return lines.sum();
    }

    @Override
    public long echo(List<String> command, byte[] input) throws IOException {
        LongAdder bytes = new LongAdder();
        executor(counter(bytes), new ByteArrayInputStream(input)).execute(line(command));
        return bytes.sum();
    }

    private static OutputStream counter(LongAdder bytes) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                bytes.increment();
            }

            @Override
            public void write(byte[] source, int offset, int length) {
                bytes.add(length);
            }
        };
    }

    @Override
    public void close() {}

    private record Run(ExecuteWatchdog watchdog, CompletableFuture<Integer> ended) implements Started {
        /** It sends TERM: there is nothing stronger. */
        @Override
        public void kill() {
            watchdog.destroyProcess();
        }

        @Override
        public void await() throws Exception {
            ended.get();
        }

        @Override
        public void onEnd(Runnable action) {
            ended.thenRun(action);
        }
    }

    private static final class Ended implements ExecuteResultHandler {
        private final CompletableFuture<Integer> future = new CompletableFuture<>();

        @Override
        public void onProcessComplete(int status) {
            future.complete(status);
        }

        @Override
        public void onProcessFailed(ExecuteException e) {
            future.complete(e.getExitValue());
        }
    }
}
