package dev.leash;

/** Where an output stream of a child goes. Immutable. */
public final class Output {
    /** How much {@link #capture()} keeps: 16 MiB. */
    public static final int DEFAULT_CAPTURE_LIMIT = 16 * 1024 * 1024;

    /** The longest array that every JVM can make. */
    private static final int LARGEST_CAPTURE_LIMIT = Integer.MAX_VALUE - 8;

    private static final Output CAPTURE = capture(DEFAULT_CAPTURE_LIMIT);
    private static final Output INHERIT = new Output(new dev.leash.internal.io.Output.Inherited());
    private static final Output DISCARD = new Output(new dev.leash.internal.io.Output.Discarded());
    private static final Output MERGE = new Output(new dev.leash.internal.io.Output.Merged());

    private final dev.leash.internal.io.Output output;

    private Output(dev.leash.internal.io.Output output) {
        this.output = output;
    }

    /** Into memory, at most {@link #DEFAULT_CAPTURE_LIMIT} bytes. What a {@link Command} does unless told otherwise. */
    public static Output capture() {
        return CAPTURE;
    }

    /**
     * Into memory, at most {@code limit} bytes. One byte more and the run is stopped by its plan, with the cause {@link
     * Cause#OUTPUT_LIMIT}; the first {@code limit} bytes are kept.
     *
     * @param limit in bytes, 0 to 2,147,483,639
     * @throws IllegalArgumentException if it is out of that range
     */
    public static Output capture(long limit) {
        if (limit < 0 || limit > LARGEST_CAPTURE_LIMIT) {
            throw new IllegalArgumentException(
                    "a capture holds 0 to " + LARGEST_CAPTURE_LIMIT + " bytes, not " + limit);
        }
        return new Output(new dev.leash.internal.io.Output.Captured((int) limit));
    }

    /** To the stream of the same number of the JVM, directly: nothing passes through Java. */
    public static Output inherit() {
        return INHERIT;
    }

    /** Nowhere: to {@code /dev/null}. */
    public static Output discard() {
        return DISCARD;
    }

    static Output merge() {
        return MERGE;
    }

    dev.leash.internal.io.Output output() {
        return output;
    }
}
