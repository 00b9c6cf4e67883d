package dev.leash.internal.loop;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The tasks of one run in the order in which they were brought. They are run by the loop that the run is on by then.
 */
final class ScopeTasks {
    private static final int MOST_AT_A_TIME = 16;

    private final LoopScope scope;

    /** Only a thread that acts on the run takes from it. */
    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();

    private final Runnable come = this::run;

    ScopeTasks(LoopScope scope) {
        this.scope = scope;
    }

    /** From any thread. If this is empty and no thread acts, each task that was brought before has been run. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** From any thread. */
    void add(Runnable task) {
        queue.add(task);
        call();
    }

    /** The run is on another loop now. */
    void moved() {
        if (!queue.isEmpty()) {
            call();
        }
    }

    /**
     * Has the loop run them. It may be another one by now: a task is queued before it is read which loop it is, and a
     * move stores the loop before it looks for tasks, so one of both sees the other.
     */
    private void call() {
        scope.home().execute(come);
    }

    /** On the thread of a loop that was called, and need not be the one that the run is on by now. */
    private void run() {
        if (queue.isEmpty()) {
            return;
        }
        if (!scope.isLoopThread()) {
            call();
            return;
        }
        if (scope.tryEnter()) {
            try {
                int left = MOST_AT_A_TIME;
                for (Runnable task = queue.poll(); task != null; task = --left > 0 ? queue.poll() : null) {
                    scope.attempt(task);
                }
            } finally {
                scope.leave();
            }
            if (queue.isEmpty()) {
                return;
            }
        }
        scope.retry(come);
    }
}
