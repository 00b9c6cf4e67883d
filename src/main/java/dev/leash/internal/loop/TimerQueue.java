package dev.leash.internal.loop;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Timers by due time: a binary heap in which each timer knows its place, so that cancelling is O(log n) too (almost
 * every deadline is cancelled). Pure: it neither reads a clock nor waits; callers pass the time.
 */
public final class TimerQueue {
    /** The due time of an empty queue, and of a timer that never fires. */
    public static final long NEVER = Long.MAX_VALUE;

    private Timer[] heap = new Timer[16];
    private int size;
    private long scheduled;

    /** Adds a timer; {@link #NEVER} is a time like any other that never comes. */
    public Timer schedule(long dueNanos, Runnable action) {
        Timer timer = new Timer(dueNanos, action, null, false);
        add(timer);
        return timer;
    }

    void add(Timer timer) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        timer.order = scheduled++;
        timer.known = true;
        size++;
        moveUp(size - 1, timer);
    }

    /** Removes {@code timer}; without effect if it has fired or been cancelled. */
    public void cancel(Timer timer) {
        if (timer.position != Timer.NOT_QUEUED) {
            removeAt(timer.position);
        }
    }

    /** When the earliest timer is due, or {@link #NEVER}. */
    public long nextDueNanos() {
        return size == 0 ? NEVER : heap[0].dueNanos;
    }

    /** Fires, in order, each timer that is due at {@code nowNanos}, including those that the actions add. */
    void fireDue(long nowNanos, Consumer<Timer> fire) {
        while (size > 0 && heap[0].dueNanos <= nowNanos) {
            Timer timer = heap[0];
            removeAt(0);
            fire.accept(timer);
        }
    }

    /** The same; each timer acts at once. */
    public void fireDue(long nowNanos) {
        fireDue(nowNanos, Timer::act);
    }

    public int size() {
        return size;
    }

    /** When something {@code delayNanos} after {@code nowNanos} is due: saturates, so that a huge delay is never. */
    public static long after(long nowNanos, long delayNanos) {
        long due = nowNanos + delayNanos;
        return due < nowNanos ? NEVER : due;
    }

    @SuppressWarnings("NullAway") // the array's tail is cleared for the garbage collector; size bounds every access
    private void removeAt(int index) {
        heap[index].position = Timer.NOT_QUEUED;
        size--;
        Timer last = heap[size];
        heap[size] = null;
        if (index == size) {
            return;
        }
        if (index > 0 && last.isBefore(heap[(index - 1) / 2])) {
            moveUp(index, last);
        } else {
            moveDown(index, last);
        }
    }

    private void moveUp(int from, Timer timer) {
        int index = from;
        while (index > 0 && timer.isBefore(heap[(index - 1) / 2])) {
            place(index, heap[(index - 1) / 2]);
            index = (index - 1) / 2;
        }
        place(index, timer);
    }

    private void moveDown(int from, Timer timer) {
        int index = from;
        while (index * 2 + 1 < size) {
            int child = index * 2 + 1;
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(timer)) {
                break;
            }
            place(index, heap[child]);
            index = child;
        }
        place(index, timer);
    }

    private void place(int index, Timer timer) {
        heap[index] = timer;
        timer.position = index;
    }
}
