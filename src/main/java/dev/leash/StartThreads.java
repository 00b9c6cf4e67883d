package dev.leash;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.sys.Clock;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Threads for the starts of services. A start may stand still in the kernel, on a file system that is gone for example,
 * and a virtual thread would keep its carrier meanwhile: as many such starts as there are processors, and no virtual
 * thread of the JVM would run any more. A few threads serve all starts; when nothing has begun for a while one more comes.
 * They end when there is nothing to do. For any thread.
 */
final class StartThreads {
    private static final int USUAL = 4;
    private static final long STALL_NANOS = 50_000_000;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            USUAL,
            USUAL,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("leash-starts-", 0).factory());

    private volatile long begunNanos;

    StartThreads() {
        threads.allowCoreThreadTimeOut(true);
    }

    /** Runs it as soon as possible. For the thread that acts in {@code scope}, whose timers are used. */
    void execute(LoopScope scope, Runnable task) {
        AtomicBoolean begun = new AtomicBoolean();
        Runnable once = () -> {
            if (begun.compareAndSet(false, true)) {
                begunNanos = Clock.monotonicNanos();
                task.run();
            }
        };
        try {
            threads.execute(once);
        } catch (OutOfMemoryError e) { // no thread can be made; the task is not queued
            Thread ignored = Thread.ofVirtual().name("leash-start").start(once);
            return;
        }
        lookAfter(scope, begun);
    }

    private void lookAfter(LoopScope scope, AtomicBoolean begun) {
        scope.scheduleAfter(STALL_NANOS, () -> {
            if (!begun.get()) {
                long now = Clock.monotonicNanos();
                if (now - begunNanos >= STALL_NANOS) {
                    begunNanos = now; // others that look at the same time do not need another thread
                    help();
                }
                lookAfter(scope, begun);
            }
        });
    }

    private void help() {
        try {
            Thread ignored = Thread.ofPlatform()
                    .daemon()
                    .name("leash-starts-more")
                    .start(() -> {
                        for (Runnable next = threads.getQueue().poll();
                                next != null;
                                next = threads.getQueue().poll()) {
                            next.run();
                        }
                    });
        } catch (OutOfMemoryError e) {
            // There are no more threads: what waits goes on to wait.
        }
    }
}
