package dev.leash.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The process in which a contestant works: an order is a line, and so is the answer. */
final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    private WorkerProcess(Process process) {
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static WorkerProcess start(List<String> command, Map<String, String> environment, File log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return new WorkerProcess(builder.redirectError(log).start());
    }

    /**
     * What the contestant answers.
     *
     * @throws AbsentException if it cannot do that, or has not answered in time: its process is then gone
     */
    List<Long> ask(String order, long patienceMillis) throws AbsentException {
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        CompletableFuture<Void> watchdog = answered.orTimeout(patienceMillis, TimeUnit.MILLISECONDS)
                .handle((ignored, late) -> {
                    if (late != null) {
                        kill();
                    }
                    return null;
                });
        try {
            orders.write(order + "\n");
            orders.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new AbsentException(
                        watchdog.isDone() ? "hung for " + patienceMillis / 1000 + " s" : "its process has died");
            }
            return parse(answer);
        } catch (IOException e) {
            throw new AbsentException("its process has died");
        } finally {
            answered.complete(true);
        }
    }

    private static List<Long> parse(String answer) throws AbsentException {
        int error = answer.indexOf("error ");
        if (error >= 0 || !answer.startsWith("ok")) {
            throw new AbsentException(
                    error >= 0 ? answer.substring(error + "error ".length()) : answer.replaceFirst("^cannot ", ""));
        }
        return Stream.of(answer.split(" ")).skip(1).map(Long::valueOf).toList();
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        try {
            orders.close(); // it ends its children, and then itself
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (IOException e) {
            kill();
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** A contestant that cannot do what is measured; the message says why. */
    static final class AbsentException extends Exception {
        private static final long serialVersionUID = 1;

        AbsentException(String reason) {
            super(reason);
        }
    }
}
