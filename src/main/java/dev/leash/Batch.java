package dev.leash;

import dev.leash.internal.access.Schedule;
import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The runs of one {@link Supervisor#runAll(Iterable, int)}. The consumer's thread takes commands from the source and
 * starts them whenever it asks for the next completion. No other thread touches the source, and a consumer that does
 * not ask holds back the source.
 */
final class Batch implements Spliterator<Completion>, Schedule.Source<Batch.Task> {
    private final Supervisor supervisor;
    private final Supplier<? extends Iterator<? extends Command>> commands;
    private final Schedule<Task> schedule;

    // Used by the consumer's thread only.
    private @Nullable Iterator<? extends Command> iterator;
    private long taken;
    private boolean exhausted;

    record Task(long index, Command command) {}

    private Batch(Supervisor supervisor, Supplier<? extends Iterator<? extends Command>> commands, int parallelism) {
        this.supervisor = supervisor;
        this.commands = commands;
        this.schedule = new Schedule<>(supervisor, parallelism, this);
    }

    static Stream<Completion> stream(
            Supervisor supervisor, Supplier<? extends Iterator<? extends Command>> commands, int parallelism) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism must be at least 1, not " + parallelism);
        }
        Batch batch = new Batch(supervisor, commands, parallelism);
        return StreamSupport.stream(batch, false).onClose(batch.schedule::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super Completion> action) {
        Objects.requireNonNull(action, "action");
        supervisor.refuseOnLoop("runAll", "a batch of commands");
        Schedule.End<Task> end = nextEnd();
        if (end != null) {
            action.accept(completion(end));
        }
        return end != null;
    }

    private Schedule.@Nullable End<Task> nextEnd() {
        Schedule.End<Task> end;
        try {
            end = schedule.next();
        } catch (InterruptedException e) {
            // Kept for the caller of the stream, whose methods cannot throw an InterruptedException.
            schedule.close();
            Thread.currentThread().interrupt();
            CancellationException cancelled =
                    new CancellationException("interrupted: what was running has been stopped");
            cancelled.initCause(e);
            throw cancelled;
        }
        if (schedule.isStopping()) {
            throw new CancellationException("the batch was closed");
        }
        return end;
    }

    private static Completion completion(Schedule.End<Task> end) {
        Task task = end.task();
        Result result = end.result();
        if (result != null) {
            return new Completion.Ended(task.index, result);
        }
        return end.failure() instanceof SpawnException failure
                ? new Completion.NotStarted(task.index, task.command, failure)
                : new Completion.Lost(task.index, task.command, lost(end.failure()));
    }

    private static IllegalStateException lost(@Nullable Throwable failure) {
        return failure instanceof IllegalStateException known
                ? known
                : new IllegalStateException(failure == null ? null : failure.getMessage(), failure);
    }

    // ---- The source.

    @Override
    public @Nullable Task next() {
        if (iterator == null) {
            iterator = commands.get();
        }
        if (!iterator.hasNext()) {
            exhausted = true;
            return null;
        }
        Command command = Objects.requireNonNull(iterator.next(), "command");
        Waiting.refusePipes(command);
        return new Task(taken++, command);
    }

    @Override
    public boolean hasEnded() {
        return exhausted;
    }

    @Override
    public Command command(Task task) {
        return task.command;
    }

    /** Null: completions are produced one after another, so the stream cannot be split. */
    @Override
    public @Nullable Spliterator<Completion> trySplit() {
        return null;
    }

    @Override
    public long estimateSize() {
        return Long.MAX_VALUE;
    }

    @Override
    public int characteristics() {
        return ORDERED | NONNULL;
    }
}
