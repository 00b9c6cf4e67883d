package dev.leash.internal.run;

import dev.leash.internal.contain.Delivery;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.notify.Senders;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.StackReserve;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What any thread may ask of a run that goes on: to be signalled, paused, continued, given another size of its terminal,
 * or looked at. The thread does it itself if no other one acts on the run, and otherwise leaves it to that of the loop.
 */
public final class Requests {
    /** No thread takes longer to act for a moment, or to move a run, unless it is gone. */
    private static final long LONGEST_MOVE_NANOS = 1_000_000_000L;

    private final Run run;
    private final LoopScope loop;

    Requests(Run run, LoopScope loop) {
        this.run = run;
        this.loop = loop;
    }

    /**
     * Signals the run; completed with no process reached if it had ended or there was none to signal. From any
     * thread; on the loop's it is complete at once, and a process counts as reached where the members have to be
     * searched for first.
     */
    public CompletableFuture<Delivery> signal(int signal) {
        return deliver(sent -> run.effects().control().signals().request(signal, sent));
    }

    /**
     * Pauses the run; completed when it is paused, with no process reached if it had ended or is being ended. Otherwise
     * like {@link #signal}.
     */
    public CompletableFuture<Delivery> pause() {
        return deliver(sent -> run.effects().control().pause(sent));
    }

    /** Continues the run after a {@link #pause}. Otherwise like {@link #signal}. */
    public CompletableFuture<Delivery> resume() {
        return deliver(sent -> run.effects().control().resume(sent));
    }

    private CompletableFuture<Delivery> deliver(Consumer<CompletableFuture<Delivery>> request) {
        if (run.ending().isDone()) {
            return CompletableFuture.completedFuture(new Delivery());
        }
        CompletableFuture<Delivery> sent = new CompletableFuture<>();
        if (run.mustNotBeAwaitedHere()) {
            boolean ignored = actAtOnce(() -> deliver(request, sent));
            // The caller is a handler on the loop, which cannot wait for a search.
            return sent.isDone() ? sent : CompletableFuture.completedFuture(Delivery.ofOne());
        }
        if (!StackReserve.isThere() || !loop.tryHere(() -> deliver(request, sent))) {
            loop.execute(() -> deliver(request, sent));
        }
        return sent;
    }

    /**
     * On the engine's loop, where a handler must not wait: acts there, on whichever loop the run is. False if that cannot
     * be, since a thread that drove the run is gone; the engine's loop then ends the run.
     */
    private boolean actAtOnce(Runnable action) {
        long until = Clock.monotonicNanos() + LONGEST_MOVE_NANOS;
        do {
            if (loop.insist(action) || loop.tryHere(() -> done(action))) {
                return true;
            }
            Thread.onSpinWait();
        } while (Clock.monotonicNanos() < until);
        return false;
    }

    private static boolean done(Runnable action) {
        action.run();
        return true;
    }

    private static boolean deliver(Consumer<CompletableFuture<Delivery>> request, CompletableFuture<Delivery> sent) {
        try {
            request.accept(sent);
            return true;
        } catch (RuntimeException | Error e) {
            boolean ignored = sent.completeExceptionally(e); // the caller waits
            throw e;
        }
    }

    /** Sets the size of the run's terminal; completed with false if it has none any more. From any thread. */
    public CompletableFuture<Boolean> resize(int columns, int rows) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        ask(() -> answer.complete(run.effects().streams().resize(columns, rows)), () -> answer.complete(false));
        return answer;
    }

    /** Completed with what {@code question} answers while the pid is the leader's own, or null. From any thread. */
    public <T> CompletableFuture<@Nullable T> askWhilePinned(IntFunction<@Nullable T> question) {
        CompletableFuture<@Nullable T> answer = new CompletableFuture<>();
        ask(
                () -> answer.complete(run.effects().programs().getFirst().gone() ? null : question.apply(run.pid())),
                () -> answer.complete(null));
        return answer;
    }

    /** Tells which processes may speak for the run. From any thread. */
    public Senders senders() {
        return new RunSenders(run, run.effects().members());
    }

    /** On the loop's thread it runs at once: a handler there cannot wait for the loop. */
    private void ask(Runnable question, Runnable otherwise) {
        if (!run.mustNotBeAwaitedHere()) {
            loop.execute(question);
        } else if (!actAtOnce(question)) {
            otherwise.run();
        }
    }
}
