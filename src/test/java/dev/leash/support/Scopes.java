package dev.leash.support;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.LoopScope;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Scopes of runs that a test plays. */
public final class Scopes {
    private Scopes() {}

    /** A scope in which nothing may throw. */
    public static LoopScope of(EventLoop loop) {
        return new LoopScope(loop, null, thrown -> {
            throw new AssertionError(thrown);
        });
    }

    /** Acts in the scope, on the thread of its loop. */
    public static <T> T act(LoopScope scope, Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(action);
        scope.insist(task);
        return task.get();
    }
}
