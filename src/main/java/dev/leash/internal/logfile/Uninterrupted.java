package dev.leash.internal.logfile;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Runs what must not be interrupted on a virtual thread that nobody else knows. An interrupt closes the FileChannel that
 * its thread is using, for all who share it, and does not tell how much was written. A run interrupts a consumer that
 * it gives up.
 */
final class Uninterrupted {
    private Uninterrupted() {}

    /** What may fail. */
    interface Task<T> {
        T run() throws IOException;
    }

    /** Waits for the end of {@code task}; an interrupt meanwhile is kept for the caller. */
    static <T> T run(Task<T> task) throws IOException {
        CompletableFuture<T> end = new CompletableFuture<>();
        Thread ignored = Thread.ofVirtual().name("leash-log-file").start(() -> {
            try {
                end.complete(task.run());
            } catch (Throwable thrown) {
                end.completeExceptionally(thrown);
            }
        });
        try {
            return end.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException failed) {
                throw failed;
            }
            if (cause instanceof Error failed) {
                throw failed;
            }
            throw e;
        }
    }
}
