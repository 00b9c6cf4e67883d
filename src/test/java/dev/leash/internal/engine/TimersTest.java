package dev.leash.internal.engine;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.Cause;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.run.Run;
import dev.leash.internal.spec.RunSpec;
import dev.leash.support.LeakCheck;
import dev.leash.support.Specs;
import java.lang.reflect.Field;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class TimersTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final long HOUR = 3_600_000_000_000L;

    private static RunSpec spec(String... arguments) {
        return Specs.of(100, arguments).timeoutNanos(HOUR).drainNanos(HOUR).build();
    }

    @Test
    void manyQuickRunsWithAnHourToGoLeaveNoTimer() throws Exception {
        Engine engine = new Engine("leash-timers", false, 1);
        try {
            assertEquals(0, timers(engine));
            Run sleeping = engine.start(spec("sleep", "60"));
            assertEquals(1, timers(engine), "the deadline");
            for (int index = 0; index < 300; index++) {
                engine.start(spec("true")).ending().get();
                // The drain, the sweep, its limit and its pauses have timers too.
                engine.start(spec("sh", "-c", "sleep 60 & exit 0")).ending().get();
                // Driven by this thread, which cancels the timer that the engine's loop has.
                engine.start(spec("true")).await();
            }
            assertEquals(1, timers(engine));
            sleeping.requestStop(Cause.CANCELLED);
            sleeping.ending().get();
            eventually("no timer", () -> timers(engine) == 0);
        } finally {
            engine.shutdown();
            engine.awaitEnd();
        }
    }

    /** Asked on the loop's thread, whose they are. */
    private static int timers(Engine engine) throws Exception {
        EventLoop loop = (EventLoop) field(Engine.class, "loop").get(engine);
        Object timers = field(EventLoop.class, "timers").get(loop);
        TimerQueue queue = (TimerQueue) field(timers.getClass(), "queue").get(timers);
        CompletableFuture<Integer> size = new CompletableFuture<>();
        loop.execute(() -> size.complete(queue.size()));
        return size.get();
    }

    private static Field field(Class<?> owner, String name) throws NoSuchFieldException {
        Field field = owner.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
