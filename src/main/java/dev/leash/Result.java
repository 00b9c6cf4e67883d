package dev.leash;

import dev.leash.internal.supervise.Outcome;
import dev.leash.internal.supervise.Trigger;
import dev.leash.internal.sys.Exit;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a run came to. {@linkplain #cause Why} it ended and {@linkplain #status how} are two different things, and both
 * are told. Immutable.
 *
 * {@snippet :
 * Result result = supervisor.run(Command.of("git", "rev-parse", "HEAD"));
 * String commit = result.orThrow().stdout().strip();
 * }
 */
public final class Result {
    private final Command command;
    private final long pid;
    private final Outcome outcome;

    Result(Command command, long pid, Outcome outcome) {
        this.command = command;
        this.pid = pid;
        this.outcome = outcome;
    }

    /** What was run. */
    public Command command() {
        return command;
    }

    /** The process id that the program had. It may belong to another process by now. */
    public long pid() {
        return pid;
    }

    /** Why the run ended. */
    public Cause cause() {
        return switch (outcome.trigger()) {
            case LEADER_EXIT -> Cause.EXITED;
            case DEADLINE -> Cause.TIMED_OUT;
            case CANCEL -> Cause.CANCELLED;
            case OUTPUT_LIMIT -> Cause.OUTPUT_LIMIT;
            case CLOSE -> Cause.CLOSED;
        };
    }

    /** How the program ended. */
    public ExitStatus status() {
        Exit exit = outcome.exit();
        return exit.signaled()
                ? new ExitStatus.Signaled(new Signal(exit.signal()), exit.coreDumped())
                : new ExitStatus.Exited(exit.code());
    }

    /** Whether the program ended of its own accord, with exit code 0. */
    public boolean succeeded() {
        return outcome.trigger() == Trigger.LEADER_EXIT && outcome.exit().waitStatus() == 0;
    }

    /**
     * This result if it {@link #succeeded}.
     *
     * @throws RunFailedException if it did not; the message says how, with the command and, where it timed out, the limit
     */
    public Result orThrow() throws RunFailedException {
        if (!succeeded()) {
            throw new RunFailedException(this);
        }
        return this;
    }

    /** Captured standard output as UTF-8; what is malformed is replaced by U+FFFD. Empty if it was not captured. */
    public String stdout() {
        return stdout(StandardCharsets.UTF_8);
    }

    /** Captured standard output in {@code charset}. */
    public String stdout(Charset charset) {
        return new String(outcome.stdout(), charset);
    }

    /** Captured standard output, in a new array. */
    public byte[] stdoutBytes() {
        return outcome.stdout().clone();
    }

    /** Captured standard error as UTF-8; what is malformed is replaced by U+FFFD. Empty if not captured, or merged. */
    public String stderr() {
        return stderr(StandardCharsets.UTF_8);
    }

    /** Captured standard error in {@code charset}. */
    public String stderr(Charset charset) {
        return new String(outcome.stderr(), charset);
    }

    /** Captured standard error, in a new array. */
    public byte[] stderrBytes() {
        return outcome.stderr().clone();
    }

    /**
     * Whether the captured output is all that there was. False if the limit was exceeded, or if somebody who was not
     * killed with the run still held the pipe when the drain time was over.
     */
    public boolean outputComplete() {
        return outcome.outputComplete();
    }

    /** How long the program lived: from just before its start until its exit was seen, on CLOCK_MONOTONIC. */
    public Duration wallTime() {
        return Duration.ofNanos(outcome.wallNanos());
    }

    /** The signals that were sent to end the run, in order; empty if it ended by itself. */
    public List<StopStepTaken> stopSteps() {
        return outcome.stopSteps().stream()
                .map(step -> new StopStepTaken(new Signal(step.signal()), Duration.ofNanos(step.afterNanos())))
                .toList();
    }

    /** How many processes of the run were alive after the program had exited, and were killed. */
    public int stragglersKilled() {
        return outcome.stragglersKilled();
    }

    /** The pids that were sent KILL and were still alive when the drain time was over. Hardly ever any. */
    public Set<Integer> survivors() {
        return outcome.survivors();
    }

    /** What the program used. */
    public Usage usage() {
        Exit exit = outcome.exit();
        return new Usage(
                Duration.ofNanos(exit.userNanos()),
                Duration.ofNanos(exit.systemNanos()),
                exit.minorFaults(),
                exit.majorFaults(),
                exit.voluntarySwitches(),
                exit.involuntarySwitches());
    }

    /** One sentence with the command, the cause and the status. */
    @Override
    public String toString() {
        String how =
                switch (status()) {
                    case ExitStatus.Exited exited -> "exit code " + exited.code();
                    case ExitStatus.Signaled signaled ->
                        "ended by SIG" + signaled.signal() + (signaled.coreDumped() ? " (core dumped)" : "");
                };
        String why =
                switch (cause()) {
                    case EXITED -> "";
                    case TIMED_OUT -> "timed out after " + Durations.text(command.timeoutNanos()) + ", ";
                    case CANCELLED -> "was cancelled, ";
                    case OUTPUT_LIMIT -> "exceeded its output limit, ";
                    case CLOSED -> "was stopped with its supervisor, ";
                };
        return command + ": " + why + how;
    }
}
