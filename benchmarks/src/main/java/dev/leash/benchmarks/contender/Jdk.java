package dev.leash.benchmarks.contender;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** java.lang.Process. Which launcher it uses is a system property of the worker. */
final class Jdk implements Contender {
    private static final int BUFFER = 64 * 1024;
    private static final Redirect NOTHING = Redirect.from(new File("/dev/null"));

    @Override
    public void roundTrip(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        process.getInputStream().readAllBytes();
        process.getErrorStream().readAllBytes();
        process.waitFor();
    }

    @Override
    public Started start(List<String> command) throws IOException {
        return new Run(new ProcessBuilder(command).start());
    }

    @Override
    public Started hold(List<String> command) throws IOException {
        return new Run(new ProcessBuilder(command)
                .redirectInput(NOTHING)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start());
    }

    @Override
    public Started flood(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                drop(process.getInputStream());
            } catch (IOException e) {
                // It was killed: the stream is closed.
            }
        });
        return new Run(process);
    }

    @Override
    public String end(List<String> command, Duration timeout, boolean politely) throws Exception {
        long deadline = System.nanoTime() + timeout.toNanos();
        Process process = new ProcessBuilder(command).start();
        if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            if (!politely) {
                process.destroyForcibly();
                process.waitFor();
                return "";
            }
            process.toHandle().destroy(); // as Process.destroy, which would close the streams besides
        }
        process.waitFor();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public long read(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        long bytes = drop(process.getInputStream());
        process.waitFor();
        return bytes;
    }

    @Override
    public long lines(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            long lines = reader.lines().count();
            process.waitFor();
            return lines;
        }
    }

    @Override
    public long echo(List<String> command, byte[] input) throws Exception {
        Process process = new ProcessBuilder(command).start();
        Thread feeder = Thread.ofPlatform().start(() -> {
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input);
            } catch (IOException e) {
                // It has exited. The count of what came back tells.
            }
        });
        long bytes = drop(process.getInputStream());
        feeder.join();
        process.waitFor();
        return bytes;
    }

    private static long drop(InputStream stream) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long bytes = 0;
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
            bytes += count;
        }
        return bytes;
    }

    @Override
    public void close() {}

    private record Run(Process process) implements Started {
        @Override
        public void kill() {
            process.destroyForcibly();
        }

        @Override
        public void await() throws InterruptedException {
            process.waitFor();
        }

        @Override
        public void onEnd(Runnable action) {
            process.onExit().thenRun(action);
        }
    }
}
