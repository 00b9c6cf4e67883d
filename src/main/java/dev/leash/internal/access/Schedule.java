package dev.leash.internal.access;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.internal.sys.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands, never more than some at a time: the scheduler of {@link Supervisor#runAll} and of {@code leash batch}.
 * It has no thread. Its owner asks for one end after another; whenever it does, that thread takes tasks from the
 * source and starts them. Each task that was taken comes to one end, unless an exception ends the schedule.
 *
 * <p>A start that fails for want of descriptors, processes or memory while other tasks run waits for the next end, or
 * for the next {@link #wake}, and is tried again before any other. No task is taken meanwhile.
 *
 * <p>For the owner's thread, except where it says for any thread.
 *
 * @param <T> what the client knows of a command
 */
public final class Schedule<T> {
    private final Supervisor supervisor;
    private final Source<T> source;
    private final int parallelism;

    private final BlockingQueue<Event<T>> events = new LinkedBlockingQueue<>();
    private final Set<Child> live = ConcurrentHashMap.newKeySet();

    /** Held during a start: a thread that waits for all ends waits for the start first, and then finds the child. */
    private final ReentrantLock starting = new ReentrantLock();

    private final AtomicBoolean stopping = new AtomicBoolean();
    private volatile boolean killing;
    private volatile boolean over;

    // Used by the owner only.
    private final Deque<T> waiting = new ArrayDeque<>();
    private int running;
    private @Nullable Throwable trouble;

    /** Where the tasks come from. Called on the owner's thread, and only when there is room for one more. */
    public interface Source<T> {
        /** The next task; null if there is none now, or none any more. Not called after the end. */
        @Nullable
        T next();

        /** Whether there will be no more. If not, {@link Schedule#wake} is called when there may be one. */
        boolean hasEnded();

        /** What {@code task} runs. Called before each attempt to start it. */
        Command command(T task);
    }

    /**
     * The end of a task. If there is neither a result nor a failure, nothing has been started, because the schedule was
     * over before.
     *
     * @param startNanos {@link System#nanoTime} before the start
     * @param failure a {@link SpawnException} if it could not be started, otherwise why its result was lost
     */
    public record End<T>(
            T task,
            long startNanos,
            @Nullable Result result,
            @Nullable Throwable failure) {
        public boolean wasTried() {
            return result != null || failure != null;
        }
    }

    private sealed interface Event<T> {}

    private record Ended<T>(End<T> end) implements Event<T> {}

    private record ForAll<T>(Consumer<Child> action) implements Event<T> {}

    /** @param parallelism how many run at the same time at most; an end takes its place until it is delivered */
    public Schedule(Supervisor supervisor, int parallelism, Source<T> source) {
        this.supervisor = supervisor;
        this.parallelism = parallelism;
        this.source = source;
    }

    /**
     * Starts what there is room for, and waits for the next end. Null if everything has ended, and there is no more to
     * start.
     *
     * @throws RuntimeException what the source or a start has thrown, likewise an {@link Error}: once, after everything
     *     else has ended
     */
    public @Nullable End<T> next() throws InterruptedException {
        while (true) {
            fill();
            if (over && !waiting.isEmpty()) {
                return new End<>(waiting.remove(), System.nanoTime(), null, null);
            }
            if (running == 0 && (over || source.hasEnded())) {
                throwTrouble();
                return null;
            }
            switch (events.take()) {
                case Ended<T> ended -> {
                    running--;
                    return ended.end;
                }
                case ForAll<T> all -> live.forEach(all.action);
            }
        }
    }

    /** Runs {@code task} before those of the source: for a retry. */
    public void again(T task) {
        waiting.add(task);
    }

    private void fill() {
        try {
            while (!over && running < parallelism) {
                T task = waiting.poll();
                if (task == null && !source.hasEnded()) {
                    task = source.next();
                }
                if (task == null || !start(task)) {
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            // What runs goes on and is delivered first: otherwise its results would be lost.
            over = true;
            trouble = e;
        }
    }

    /** False if it has to wait for the end of others. A failed start is an end like any other, and takes a place. */
    private boolean start(T task) {
        long startNanos = System.nanoTime();
        starting.lock();
        try {
            if (over) {
                waiting.addFirst(task);
                return false;
            }
            follow(CommandAccess.get().start(supervisor, source.command(task), stopping::get), task, startNanos);
        } catch (SpawnException e) {
            if (e.kind() == SpawnException.Kind.LIMIT && running > 0) {
                waiting.addFirst(task);
                return false;
            }
            ended(task, startNanos, null, e);
        } finally {
            starting.unlock();
        }
        running++;
        return true;
    }

    private void follow(Child child, T task, long startNanos) {
        boolean followed = false;
        try {
            live.add(child);
            CompletableFuture<Result> ignored = child.result().whenComplete((result, failure) -> {
                live.remove(child);
                ended(task, startNanos, result, failure);
            });
            followed = true;
        } finally {
            if (!followed) {
                child.kill(); // its end would never be delivered
            }
        }
        // Read after it was added: a thread that stops all either finds the child, or is seen here.
        if (killing) {
            child.kill();
        } else if (stopping.get()) {
            child.stop();
        }
    }

    /** Also while the heap is full, since the owner would wait for ever. */
    private void ended(T task, long startNanos, @Nullable Result result, @Nullable Throwable failure) {
        while (true) {
            try {
                events.add(new Ended<>(new End<>(task, startNanos, result, failure)));
                return;
            } catch (OutOfMemoryError e) {
                Clock.pauseForMemory();
            }
        }
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

    /** The source may have a task now. For any thread. */
    public void wake() {
        forAll(child -> {});
    }

    /** Does {@code action} to each that runs, also to the one that is being started. On the owner's thread; for any. */
    public void forAll(Consumer<Child> action) {
        events.add(new ForAll<>(Objects.requireNonNull(action)));
    }

    /** Starts nothing more. What runs goes on. For any thread. */
    public void finish() {
        over = true;
        wake();
    }

    /**
     * Starts nothing more, and stops what runs, each by its own plan, all at the same time. Does not wait. Returns
     * false if that was done before. For any thread.
     */
    public boolean stop() {
        over = true;
        boolean first = stopping.compareAndSet(false, true);
        if (first) {
            live.forEach(Child::stop);
            wake();
        }
        return first;
    }

    /** Like {@link #stop}, with KILL at once, also for what is being stopped. For any thread. */
    public void kill() {
        killing = true;
        over = true;
        stopping.set(true);
        live.forEach(Child::kill);
        wake();
    }

    /** Whether nothing more is started. For any thread. */
    public boolean isOver() {
        return over;
    }

    /** Whether what ran has been stopped. For any thread. */
    public boolean isStopping() {
        return stopping.get();
    }

    /**
     * Stops what runs, see {@link #stop}, and waits for the ends. An interrupt kills what is left, and is kept. For any
     * thread.
     */
    public void close() {
        stop();
        boolean interrupted = false;
        for (Child child : lastOnes()) {
            while (true) {
                try {
                    child.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                    kill();
                } catch (IllegalStateException e) {
                    break; // there is nothing to wait for, or this is the loop, which must not wait
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What runs when the start in progress is over. There will be no other one. */
    private List<Child> lastOnes() {
        starting.lock();
        try {
            return List.copyOf(live);
        } finally {
            starting.unlock();
        }
    }
}
