package dev.leash;

import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
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
final class Batch implements Spliterator<Completion> {
    private final Supervisor supervisor;
    private final Supplier<? extends Iterator<? extends Command>> commands;
    private final int parallelism;

    private final BlockingQueue<Completion> ended = new LinkedBlockingQueue<>();
    private final Set<Child> live = ConcurrentHashMap.newKeySet();

    /** Held during a start: a thread that closes the batch waits for the start, and then finds the child. */
    private final ReentrantLock starting = new ReentrantLock();

    private volatile boolean closed;

    // Used by the consumer's thread only.
    private @Nullable Iterator<? extends Command> source;
    private long next;
    private int undelivered;
    private boolean exhausted;
    private @Nullable Throwable trouble;

    private Batch(Supervisor supervisor, Supplier<? extends Iterator<? extends Command>> commands, int parallelism) {
        this.supervisor = supervisor;
        this.commands = commands;
        this.parallelism = parallelism;
    }

    static Stream<Completion> stream(
            Supervisor supervisor, Supplier<? extends Iterator<? extends Command>> commands, int parallelism) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism must be at least 1, not " + parallelism);
        }
        Batch batch = new Batch(supervisor, commands, parallelism);
        return StreamSupport.stream(batch, false).onClose(batch::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super Completion> action) {
        Objects.requireNonNull(action, "action");
        supervisor.refuseOnLoop("runAll", "a batch of commands");
        fill();
        if (undelivered == 0) {
            throwTrouble();
            return false;
        }
        Completion completion = take();
        undelivered--;
        action.accept(completion);
        return true;
    }

    /** Starts commands up to the parallelism. A command that fails to start is a completion too, and takes a place. */
    private void fill() {
        while (!exhausted && undelivered < parallelism) {
            Command command;
            try {
                if (source == null) {
                    source = commands.get();
                }
                command = source.hasNext() ? Objects.requireNonNull(source.next(), "command") : null;
                if (command != null) {
                    Waiting.refusePipes(command);
                    start(command);
                }
                exhausted = command == null;
            } catch (ClosedException e) {
                throw e;
            } catch (RuntimeException | Error e) {
                // Running commands go on and are delivered first: otherwise their results would be lost.
                exhausted = true;
                trouble = e;
            }
        }
    }

    private void start(Command command) {
        long index = next;
        starting.lock();
        try {
            if (closed) {
                throw new ClosedException();
            }
            Child child = supervisor.startBy(() -> closed, command);
            boolean owned = false;
            try {
                live.add(child);
                CompletableFuture<Result> ignored = child.result().whenComplete((result, failure) -> {
                    live.remove(child);
                    ended.add(
                            failure == null
                                    ? new Completion.Ended(index, result)
                                    : new Completion.Lost(index, command, lost(failure)));
                });
                owned = true;
            } finally {
                if (!owned) {
                    child.kill(); // its result would never be delivered
                }
            }
        } catch (SpawnException e) {
            ended.add(new Completion.NotStarted(index, command, e));
        } finally {
            starting.unlock();
        }
        next++;
        undelivered++;
    }

    private static IllegalStateException lost(Throwable failure) {
        return failure instanceof IllegalStateException known
                ? known
                : new IllegalStateException(failure.getMessage(), failure);
    }

    private Completion take() {
        Completion completion;
        try {
            completion = ended.take();
        } catch (InterruptedException e) {
            // Kept for the caller of the stream, whose methods cannot throw an InterruptedException.
            close();
            Thread.currentThread().interrupt();
            CancellationException cancelled =
                    new CancellationException("interrupted: what was running has been stopped");
            cancelled.initCause(e);
            throw cancelled;
        }
        if (closed) {
            throw new ClosedException();
        }
        return completion;
    }

    private void throwTrouble() {
        Throwable thrown = trouble;
        trouble = null;
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /**
     * Stops all running commands at the same time, each by its own plan, and waits until they have ended. For any
     * thread.
     */
    private void close() {
        closed = true;
        starting.lock();
        try {
            live.forEach(Child::stop);
        } finally {
            starting.unlock();
        }
        boolean interrupted = false;
        for (Child child : live) {
            while (true) {
                try {
                    child.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                    live.forEach(Child::kill);
                } catch (IllegalStateException e) {
                    break; // there is nothing to wait for, or this is the loop, which must not wait
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A type of its own, so that it differs from any exception that a source throws. */
    private static final class ClosedException extends CancellationException {
        private static final long serialVersionUID = 1;

        ClosedException() {
            super("the batch was closed");
        }
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
