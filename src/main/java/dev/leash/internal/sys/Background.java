package dev.leash.internal.sys;

/**
 * Threads for long work that a loop must not do itself, and that must not fail the loop when no thread can be
 * started.
 */
public final class Background {
    /** What is wrong where {@link #isLimit}. */
    public static final String LIMIT =
            "the limit of processes, which includes threads, is reached (ulimit -u, pids.max of the cgroup)";

    private Background() {}

    /** Whether a thread could not be started though the heap had room: the JVM throws the same error for both. */
    public static boolean isLimit(OutOfMemoryError thrown) {
        return String.valueOf(thrown.getMessage()).contains("native thread");
    }

    /**
     * Does {@code work} on a new daemon thread. It is no virtual thread, because other code can keep the carriers
     * busy.
     *
     * @return false if no thread can be started: at the limit of processes, which includes threads, or for lack of
     *     memory
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
