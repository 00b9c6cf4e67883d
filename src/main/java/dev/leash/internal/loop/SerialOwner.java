package dev.leash.internal.loop;

import dev.leash.internal.sys.CallState;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The right to act on one run, which at most one thread has at any moment; which one does not matter. No thread waits
 * for it: one that does not get it leaves to the loop what it has brought. The thread that has it is known by its call
 * state. What one owner has written the next one sees.
 */
final class SerialOwner {
    private final AtomicReference<@Nullable CallState> holder;

    /** @param first acts from the beginning, on the thread of this call state; null if no thread does */
    SerialOwner(@Nullable CallState first) {
        holder = new AtomicReference<>(first);
    }

    /** Takes the right for the thread of {@code state}; false if a thread has it. */
    boolean tryTake(CallState state) {
        return holder.compareAndSet(null, state);
    }

    /** Gives the right back. Only the thread that has it may call this. */
    void leave() {
        holder.set(null);
    }

    /**
     * Takes the right from the thread that has had it as {@code state} and will never act again, if it still has it.
     */
    void release(CallState state) {
        boolean ignored = holder.compareAndSet(state, null);
    }

    /** Lets the thread that acts go on, if this one has taken its processor. It ends after a few system calls. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing rests on it
    static void giveWay() {
        Thread.yield();
    }

    /** The call state of the thread that acts, or null. */
    @Nullable
    CallState holder() {
        return holder.get();
    }
}
