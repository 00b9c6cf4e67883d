package dev.leash.internal.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads that shared a state would read each other's errno, so each use checks whose it is. */
@Timeout(60)
class CallStateTest {
    private final CallState state = CallState.create();

    private void call() {
        assertTrue(Processes.groupOf(state, (int) ProcessHandle.current().pid()) > 0);
    }

    private static @Nullable Throwable onAnotherThread(Runnable use) {
        CompletableFuture<@Nullable Throwable> thrown = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                use.run();
                thrown.complete(null);
            } catch (Throwable e) {
                thrown.complete(e);
            }
        });
        return thrown.join();
    }

    @Test
    void stateThatAnotherThreadUsesIsRefused() {
        call();
        assertInstanceOf(AssertionError.class, onAnotherThread(this::call));
        call();
    }

    @Test
    void stateThatIsReleasedBelongsToTheNextThreadThatUsesIt() {
        call();
        state.release();
        assertEquals(null, onAnotherThread(this::call));
        assertInstanceOf(AssertionError.class, onAnotherThread(this::call));
    }

    @Test
    void stateThatIsAdoptedIsTakenFromTheThreadThatHadIt() {
        assertEquals(null, onAnotherThread(this::call));
        state.adopt();
        call();
        assertInstanceOf(AssertionError.class, onAnotherThread(this::call));
    }
}
