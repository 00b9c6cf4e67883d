package dev.leash;

import dev.leash.internal.contain.CgroupUse;
import dev.leash.internal.run.Ending;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The outcome of a run. {@linkplain #cause Why} it ended and {@linkplain #status how} are reported separately.
 * Immutable.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="demand"}
 */
public final class Result {
    private static final byte[] NOTHING = {};

    private final Command command;
    private final long pid;
    private final Ending outcome;

    Result(Command command, long pid, Ending outcome) {
        this.command = command;
        this.pid = pid;
        this.outcome = outcome;
    }

    Ending ending() {
        return outcome;
    }

    /** The command that was run. */
    public Command command() {
        return command;
    }

    /** The process id that the program had. It may belong to another process by now. */
    public long pid() {
        return pid;
    }

    /** Why the run ended. */
    public Cause cause() {
        return outcome.cause();
    }

    /**
     * How the program ended; the last one of a pipeline, as in a shell. {@link ExitStatus.Unknown} if it could not be
     * ended, or if other code has taken its status; the rest of this result is valid all the same.
     */
    public ExitStatus status() {
        return outcome.last().status();
    }

    /**
     * The exit code of the program, 0 to 255; of the last one of a pipeline. Empty if a signal has ended it, or its end is
     * not known: {@link #status} tells these apart, and {@link #cause} whether it was stopped.
     */
    public OptionalInt exitCode() {
        return status() instanceof ExitStatus.Exited exited ? OptionalInt.of(exited.code()) : OptionalInt.empty();
    }

    /** The programs of a pipeline from left to right, or the only one. */
    public List<StageResult> stages() {
        List<Command> commands = command.stages();
        List<StageResult> stages = new ArrayList<>();
        for (int index = 0; index < commands.size(); index++) {
            stages.add(new StageResult(commands.get(index), outcome.stages().get(index)));
        }
        return List.copyOf(stages);
    }

    /** What a consumer of output, or a source of input, has thrown: the reason for {@link Cause#FAILED}. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(outcome.failure());
    }

    /** Whether the program ended of its own accord, with exit code 0. */
    public boolean succeeded() {
        return outcome.cause() == Cause.EXITED && outcome.last().exit().waitStatus() == 0;
    }

    /**
     * This result if it {@link #succeeded}.
     *
     * @throws RunFailedException if it did not; the message has the command, how it ended, the limit if it timed out,
     *     and the end of captured standard error; the cause is the {@link #failure()}
     */
    public Result orThrow() throws RunFailedException {
        if (!succeeded()) {
            throw new RunFailedException(this);
        }
        return this;
    }

    /**
     * This result if the program ended of its own accord, with one of these exit codes: for programs that answer with
     * them, as grep and diff do. That of success is not among them unless it is given.
     *
     * <pre>{@code int found = supervisor.run(Command.of("grep", "-q", word, file)).orThrow(0, 1).exitCode().getAsInt();}</pre>
     *
     * @param accepted 0 to 255 each
     * @throws RunFailedException if it did not, as by {@link #orThrow()}
     * @throws IllegalArgumentException if there is none, or one is out of that range
     */
    public Result orThrow(int... accepted) throws RunFailedException {
        if (accepted.length == 0) {
            throw new IllegalArgumentException("orThrow needs an exit code to accept");
        }
        for (int code : accepted) {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("an exit code is 0 to 255, not " + code);
            }
        }
        OptionalInt code = exitCode();
        if (cause() != Cause.EXITED
                || code.isEmpty()
                || Arrays.stream(accepted).noneMatch(each -> each == code.getAsInt())) {
            throw new RunFailedException(this);
        }
        return this;
    }

    /**
     * The captured error text of the run: standard error, which may be merged into standard output; in a pipeline
     * that of the last program that wrote any.
     */
    byte[] complaint() {
        List<Command> commands = command.stages();
        for (int index = commands.size() - 1; index >= 0; index--) {
            boolean merged =
                    Output.merge().equals(commands.get(index).draft().outputs.get(2));
            byte[] said = outcome.stages().get(index).captured().getOrDefault(merged ? 1 : 2, NOTHING);
            if (said.length > 0) {
                return said;
            }
        }
        return NOTHING;
    }

    /** Captured standard output as UTF-8; malformed bytes are replaced by U+FFFD. Empty if it was not captured. */
    public String stdout() {
        return stdout(StandardCharsets.UTF_8);
    }

    /** Captured standard output in {@code charset}. */
    public String stdout(Charset charset) {
        return new String(captured(1), charset);
    }

    /** Captured standard output, in a new array. */
    public byte[] stdoutBytes() {
        return captured(1).clone();
    }

    /** How many bytes of standard output were dropped. See {@link #outputDropped}. */
    public long stdoutDropped() {
        return outputDropped(1);
    }

    /** Captured standard error as UTF-8; malformed bytes are replaced by U+FFFD. Empty if not captured, or merged. */
    public String stderr() {
        return stderr(StandardCharsets.UTF_8);
    }

    /** Captured standard error in {@code charset}. */
    public String stderr(Charset charset) {
        return new String(captured(2), charset);
    }

    /** Captured standard error, in a new array. */
    public byte[] stderrBytes() {
        return captured(2).clone();
    }

    /** How many bytes of standard error were dropped. See {@link #outputDropped}. */
    public long stderrDropped() {
        return outputDropped(2);
    }

    /** The captured bytes of another descriptor, set by {@link Command#output}, in a new array. */
    public byte[] output(int descriptor) {
        return captured(descriptor).clone();
    }

    /**
     * How many bytes were dropped of what the program wrote to {@code descriptor}: those that its capture does not
     * keep, and those beyond the {@linkplain Command#outputLimit limit of the run}, whatever their receiver.
     */
    public long outputDropped(int descriptor) {
        return outcome.dropped(descriptor);
    }

    private byte[] captured(int descriptor) {
        return outcome.last().captured().getOrDefault(descriptor, NOTHING);
    }

    /**
     * Whether the output that passed through Leash is all that there was. False if a limit was exceeded or bytes were
     * dropped; if a process that was not killed with the run still held the pipe when the drain time was over, see
     * {@link #pipeHolders()}; or if a consumer threw, or did not finish in time.
     */
    public boolean outputComplete() {
        return outcome.outputComplete();
    }

    /**
     * The processes that still held a pipe of the run when it was given up, name by pid: processes that have left the
     * group. Those of other users cannot be seen without privilege.
     */
    public Map<Integer, String> pipeHolders() {
        return outcome.pipeHolders();
    }

    /** How often a consumer of lines met bytes that are malformed in its charset; each was replaced by U+FFFD. */
    public long malformedInput() {
        return outcome.malformed();
    }

    /** How long the slowest call of an {@link Output#onLoop} handler held up the loop; zero if there was none. */
    public Duration longestHandlerCall() {
        return Duration.ofNanos(outcome.longestHandlerNanos());
    }

    /**
     * How long the program lived: from just before its start until its exit was seen (in a pipeline: the last exit),
     * or until it was given up. Where the start had to wait, as for the other end of a FIFO, that is a part of it. On
     * CLOCK_MONOTONIC.
     */
    public Duration wallTime() {
        return Duration.ofNanos(outcome.wallNanos());
    }

    /** The signals that were sent to end the run, in order; empty if it ended by itself. */
    public List<StopStepTaken> stopSteps() {
        return outcome.stopSteps();
    }

    /** How many processes of the run had to be {@link #killed()}. */
    public int stragglersKilled() {
        return outcome.stragglersKilled();
    }

    /**
     * The processes of the run that were killed after its programs were gone, or that had left its process group.
     * Processes of the group that died with the run are not included.
     */
    public List<Straggler> killed() {
        return outcome.killed();
    }

    /**
     * The processes of the run that could not be ended: the kernel {@linkplain Straggler#refused refused} KILL, or
     * they were still alive when the time after KILL was over, as a rule because they hang in the kernel. Almost
     * always empty. The program itself may be among them; it is reaped when it ends.
     */
    public List<Straggler> survivors() {
        return outcome.leftAlive();
    }

    /**
     * Whether the last search for processes of the run has failed, as where no descriptor or memory is left, or has come to
     * no end, as where they fork new ones faster than it finds them. Then there may be processes that live and are not
     * among the {@link #survivors}.
     */
    public boolean searchFailed() {
        return outcome.searchFailed();
    }

    /**
     * The peak memory use of all processes of the run together, in bytes. Known only with {@link Containment#CGROUP}
     * where the memory controller is enabled, as with {@link Command#memoryLimit}, from Linux 5.19 on.
     */
    public OptionalLong peakMemory() {
        CgroupUse use = outcome.use();
        return use == null || use.memoryPeakBytes() < 0 ? OptionalLong.empty() : OptionalLong.of(use.memoryPeakBytes());
    }

    /**
     * Why {@link #peakMemory} is empty, in a sentence; empty if it is not. Without a cgroup there is no honest number: what
     * wait4(2) reports of a program is never less than the peak of the JVM that has started it.
     */
    public Optional<String> peakMemoryObstacle() {
        CgroupUse use = outcome.use();
        if (use == null) {
            return Optional.of(
                    "only a cgroup knows the peak memory of a run, and the containment of this one is not CGROUP: what the"
                            + " kernel reports of a program itself is at least the JVM's own peak");
        }
        return use.memoryPeakBytes() < 0
                ? Optional.of("the memory controller is not enabled in the cgroup of the run, as it is with a memory"
                        + " limit, or this Linux is older than 5.19, which introduced memory.peak")
                : Optional.empty();
    }

    /**
     * The CPU time of all processes of the run, including those that no process has waited for. Known only with
     * {@link Containment#CGROUP}.
     */
    public Optional<Duration> totalCpuTime() {
        CgroupUse use = outcome.use();
        return use == null || use.userMicros() < 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((use.userMicros() + use.systemMicros()) * 1_000));
    }

    /**
     * How much its CPU limit has slowed the run down. Known only with {@link Containment#CGROUP} where the CPU controller
     * is enabled, as with {@link Command#cpuLimit}. That a run has to wait for CPU time is what this limit is for, so it is
     * not among the {@link #limitsReached}.
     */
    public Optional<CpuThrottling> cpuThrottling() {
        CgroupUse use = outcome.use();
        return use == null || use.periods() < 0
                ? Optional.empty()
                : Optional.of(new CpuThrottling(
                        use.periods(), use.throttledPeriods(), Duration.ofNanos(use.throttledMicros() * 1_000)));
    }

    /**
     * Which limits of the command were reached, as far as that is certain. It is independent of {@link #cause} and
     * {@link #status}: a shell whose child was killed for lack of memory may exit with 0. Empty for most runs.
     *
     * {@snippet class="dev.leash.examples.Outcomes" region="limits"}
     */
    public Set<Limit> limitsReached() {
        return outcome.limits().kinds();
    }

    /**
     * How many processes of the run the kernel has killed for lack of memory: because of {@link Limit#MEMORY}, a
     * limit of a cgroup above or below, or because the machine had no more. Known only with {@link
     * Containment#CGROUP} where the memory controller is enabled, as with {@link Command#memoryLimit}.
     */
    public OptionalLong oomKills() {
        long kills = outcome.limits().oomKills();
        return kills < 0 ? OptionalLong.empty() : OptionalLong.of(kills);
    }

    /**
     * What {@link Command#counters} asked for, in that order: of the programs of the run and all processes that they have
     * started, up to its end. Empty if nothing was asked for. Unmodifiable.
     */
    public Map<Counter, Count> counters() {
        return outcome.counts();
    }

    /** What the program used; zeros if its {@link #status()} is not known. */
    public Usage usage() {
        return outcome.last().usage();
    }

    /** One sentence with the command, the cause, the status, and the limits that were reached. */
    @Override
    public String toString() {
        String why =
                switch (cause()) {
                    case EXITED -> "";
                    case TIMED_OUT -> "timed out after " + Durations.text(command.draft().timeoutNanos) + ", ";
                    case IDLE -> "had no output for " + Durations.text(command.draft().idleNanos) + ", ";
                    case CANCELLED -> "was cancelled, ";
                    case OUTPUT_LIMIT -> "exceeded its output limit, ";
                    case FAILED -> "was stopped by " + outcome.failure() + ", ";
                    case CLOSED -> "was stopped with its supervisor, ";
                };
        return command + ": " + why + status() + outcome.limits().text();
    }
}
