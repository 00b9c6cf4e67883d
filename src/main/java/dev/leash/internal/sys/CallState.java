package dev.leash.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/**
 * Where the linker stores errno after a call. It belongs to one thread at a time: two threads that shared it would read
 * each other's errors. The loop has one for its life, a starting thread one for each start.
 */
public final class CallState implements AutoCloseable {
    /** On Linux it has one member, errno. */
    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();

    private static final long ERRNO_OFFSET = 0;

    /** For functions that return their error, or have none: what is written there, by all threads, nobody reads. */
    static final CallState UNREAD = in(Arena.global());

    final MemorySegment segment;

    /** 16 bytes for what a call takes or gives back through a pointer, during that call. */
    final Struct scratch;

    private final Struct captured;

    private final @Nullable Arena owned;

    private CallState(Arena arena, @Nullable Arena owned) {
        this.captured = Struct.of(arena, LAYOUT);
        this.segment = captured.memory();
        this.scratch = Struct.ofBytes(arena, 16);
        this.owned = owned;
    }

    /** A call state that lives as long as {@code arena}. */
    public static CallState in(Arena arena) {
        return new CallState(arena, null);
    }

    /** A call state whose memory the garbage collector frees. */
    public static CallState create() {
        return in(Arena.ofAuto());
    }

    /** A call state for the calling thread, to be closed. */
    public static CallState open() {
        Arena arena = Arena.ofConfined();
        return new CallState(arena, arena);
    }

    @Override
    public void close() {
        if (owned != null) {
            owned.close();
        }
    }

    /** {@code result}, or the negated errno if {@code result} is -1. */
    int outcome(int result) {
        return result == -1 ? -captured.getInt(ERRNO_OFFSET) : result;
    }

    long outcome(long result) {
        return result == -1 ? -captured.getInt(ERRNO_OFFSET) : result;
    }
}
