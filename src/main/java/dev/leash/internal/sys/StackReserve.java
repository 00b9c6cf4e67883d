package dev.leash.internal.sys;

/**
 * Makes sure that the calling thread has stack to spare. A start checks this before there is a child: the rest of the
 * start then has enough stack, and a thread near the end of its stack fails while nothing has happened yet. So does a
 * thread before it acts on a run.
 */
public final class StackReserve {
    /** Some 50 KiB of frames: many times what the deepest call of a start, the one into libc, needs. */
    private static final int FRAMES = 400;

    private StackReserve() {}

    /** Whether there is enough. */
    public static boolean isThere() {
        try {
            require();
            return true;
        } catch (StackOverflowError e) {
            return false;
        }
    }

    /**
     * Returns if there is enough.
     *
     * @throws StackOverflowError if not
     */
    public static void require() {
        long ignored = touch(FRAMES, 1, 2, 3, 4, 5, 6);
    }

    /** The arguments are used after the call, so that each frame has to keep them. */
    private static long touch(int frames, long a, long b, long c, long d, long e, long f) {
        return frames == 0 ? a : touch(frames - 1, b, c, d, e, f, a) + (a ^ b) + (c ^ d) + (e ^ f);
    }
}
