package dev.leash;

import dev.leash.internal.loop.LoopScope;
import java.util.concurrent.CompletableFuture;

/** What is to be decided on a loop's thread before the caller goes on. */
final class LoopTurn {
    private LoopTurn() {}

    /** Acts on the loop's thread, and returns when that is done. From any thread, also the loop's. */
    static void now(LoopScope scope, Runnable action) {
        if (scope.insist(action)) {
            return;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        scope.execute(() -> {
            try {
                action.run();
            } finally {
                done.complete(null);
            }
        });
        done.join();
    }
}
