package dev.leash.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.support.LeakCheck;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which thread may drive its own run. */
@Timeout(60)
class CallerRunsPoolTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private CallerRunsPool pool;

    @BeforeEach
    void open() throws Exception {
        pool = new CallerRunsPool(2);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void thereAreAsManyAsWereMade() {
        CallerRuns one = pool.borrow();
        CallerRuns other = pool.borrow();
        assertNotNull(one);
        assertNotNull(other);
        assertNotSame(one, other);
        assertNull(pool.borrow(), "the others' runs are the loop's");
        pool.giveBack(one);
        assertSame(one, pool.borrow());
        pool.giveBack(one);
        pool.giveBack(other);
        assertEquals(2, pool.meters().size());
    }

    /** It would hold up its carrier in a system call. */
    @Test
    void aVirtualThreadIsGivenNone() throws Exception {
        CompletableFuture<Boolean> none = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> none.complete(pool.borrow() == null));
        assertTrue(none.get());
    }

    @Test
    void aWorkerOfAForkJoinPoolIsGivenNone() throws Exception {
        try (ForkJoinPool workers = new ForkJoinPool(1)) {
            assertTrue(workers.submit(() -> pool.borrow() == null).get());
        }
    }

    /** What it has open is then closed by the thread that had it: {@link LeakCheck} sees that. */
    @Test
    void whatIsGivenBackAfterTheCloseIsClosed() {
        CallerRuns one = pool.borrow();
        assertNotNull(one);
        pool.close();
        assertNull(pool.borrow());
        pool.giveBack(one);
        assertNull(pool.borrow());
    }
}
