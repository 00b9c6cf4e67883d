package dev.leash.internal.sys;

/** Threads for what takes long, where a loop must neither do it nor fail because there is no thread. */
public final class Background {
    private Background() {}

    /**
     * Does {@code work} on a daemon thread of its own. No virtual one, whose carriers others can keep busy.
     *
     * @return false if no thread is to be had: at the limit of processes, which threads count for, or for want of memory
     */
    public static boolean start(String name, Runnable work) {
        try {
            Thread ignored = Thread.ofPlatform().daemon().name(name).start(work);
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }
}
