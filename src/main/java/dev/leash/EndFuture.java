package dev.leash;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A user's view of a future that the loop completes. Its dependents run on a virtual thread, since user code never
 * runs on the loop; so it completes a moment after the loop's future. That delay is hidden: every query is answered
 * from the loop's future, so a run that one call has seen end has ended for all other calls too.
 */
final class EndFuture<T> extends CompletableFuture<T> {
    private static final Executor CALLBACKS =
            task -> Thread.ofVirtual().name("leash-callback").start(task);

    private final CompletableFuture<?> source;
    private final Supplier<T> value;
    private final boolean failsWithSource;
    private final Runnable cancelled;

    private EndFuture(CompletableFuture<?> source, Supplier<T> value, boolean failsWithSource, Runnable cancelled) {
        this.source = source;
        this.value = value;
        this.failsWithSource = failsWithSource;
        this.cancelled = cancelled;
    }

    /**
     * A view of {@code source}.
     *
     * @param value asked for when the source is complete; the same each time
     * @param failsWithSource whether this fails if the source fails, with the same cause; otherwise a failed source
     *     completes it normally
     * @param cancelled run when the view is cancelled
     */
    static <T> CompletableFuture<T> of(
            CompletableFuture<?> source, Supplier<T> value, boolean failsWithSource, Runnable cancelled) {
        EndFuture<T> future = new EndFuture<>(source, value, failsWithSource, cancelled);
        if (source.isDone()) {
            future.settle();
        } else {
            CompletableFuture<?> ignored = source.whenCompleteAsync((end, failure) -> future.settle(), CALLBACKS);
        }
        return future;
    }

    /** Takes over the outcome of the source, unless a caller has completed this by hand before. */
    private void settle() {
        Throwable failure = failure();
        if (failure == null) {
            boolean ignored = super.complete(value.get());
        } else {
            boolean ignored = super.completeExceptionally(failure);
        }
    }

    /** Whether queries are answered from the source. */
    private boolean ended() {
        return !super.isDone() && source.isDone();
    }

    private @Nullable Throwable failure() {
        return failsWithSource && source.state() == State.FAILED ? source.exceptionNow() : null;
    }

    /** A completed copy, which answers the queries to this one. */
    private CompletableFuture<T> settled() {
        Throwable failure = failure();
        return failure == null ? completedFuture(value.get()) : failedFuture(failure);
    }

    @Override
    public boolean isDone() {
        return source.isDone() || super.isDone();
    }

    @Override
    public boolean isCompletedExceptionally() {
        return ended() ? failure() != null : super.isCompletedExceptionally();
    }

    @Override
    public State state() {
        return ended() ? settled().state() : super.state();
    }

    @Override
    public T resultNow() {
        return ended() ? settled().resultNow() : super.resultNow();
    }

    @Override
    public Throwable exceptionNow() {
        return ended() ? settled().exceptionNow() : super.exceptionNow();
    }

    @Override
    public T getNow(T valueIfAbsent) {
        return ended() ? settled().getNow(valueIfAbsent) : super.getNow(valueIfAbsent);
    }

    @Override
    public T join() {
        return ended() ? settled().join() : super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        return ended() ? settled().get() : super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        return ended() ? settled().get(timeout, unit) : super.get(timeout, unit);
    }

    @Override
    public boolean complete(T value) {
        return !ended() && super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return !ended() && super.completeExceptionally(failure);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (ended() || !super.cancel(mayInterruptIfRunning)) {
            return isCancelled();
        }
        cancelled.run();
        return true;
    }

    /** As in the superclass, with the state that this one reports. */
    @Override
    public String toString() {
        return ended() ? settled().toString() : super.toString();
    }
}
