package dev.leash.internal.sys;

import dev.leash.internal.bindings.itimerspec;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a thread needs for calls: the linker stores errno in it, and calls store their results in it. It
 * belongs to one thread at a time, because two threads that share it would read each other's errors. The loop has one
 * for its life, and a starting thread has one for each start; other code keeps none and takes the calling thread's as
 * a parameter.
 *
 * <p>If assertions are enabled, as in all tests, each use checks this: the first thread that uses a state owns it
 * until it is {@linkplain #release released} or another thread {@linkplain #adopt adopts} it.
 */
public final class CallState implements AutoCloseable {
    /** On Linux it has one member, errno. */
    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();

    private static final long ERRNO_OFFSET = 0;

    /** A page: many times what all structs together take. */
    private static final long MAPPED = 4096;

    /** Room for a path and as many bytes of a file. */
    static final int PAGE = 2 * 4096;

    /** For functions that return their error or have none: all threads write errno here, and none reads it. */
    static final CallState UNREAD = in(Arena.global());

    final MemorySegment segment;

    /** 16 bytes for values that one call takes or returns through a pointer. */
    final Struct scratch;

    private final Struct captured;

    private final SegmentAllocator memory;
    private final @Nullable Arena owned;
    private @Nullable WaitBuffer waits;
    private @Nullable MemorySegment page;
    private @Nullable Struct timer;
    private @Nullable Struct status;

    /** Kept only where assertions are enabled. */
    private volatile @Nullable Thread owner;

    private CallState(SegmentAllocator memory, @Nullable Arena owned) {
        this.memory = memory;
        this.captured = Struct.of(memory, LAYOUT);
        this.segment = captured.memory();
        this.scratch = Struct.ofBytes(memory, 16);
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

    /**
     * A call state whose memory the garbage collector frees, and which is not of the JDK's direct memory: where that is
     * short, the JDK lets a thread wait for some.
     */
    static CallState mapped() {
        return new CallState(SegmentAllocator.slicingAllocator(BufferMemory.OF_JVM.require(MAPPED)), null);
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

    /**
     * Makes the calling thread its owner. The previous owner must not use it any more; the caller must see all that
     * it did with it.
     */
    public void adopt() {
        assert setOwner(Thread.currentThread());
    }

    /** The next thread that uses it becomes its owner. */
    public void release() {
        assert setOwner(null);
    }

    private boolean setOwner(@Nullable Thread thread) {
        owner = thread;
        return true;
    }

    /**
     * Whether the calling thread may use it. For assertions: a state without an owner becomes the calling thread's.
     */
    public boolean isCallers() {
        Thread current = Thread.currentThread();
        if (owner == null) {
            owner = current;
        }
        return current.equals(owner) || this == UNREAD;
    }

    /** The message of a failed assertion. */
    public String misuse() {
        return "a call state of " + owner + " is used by " + Thread.currentThread();
    }

    /** Where the wait calls of {@link Processes} store their results. */
    public WaitBuffer waits() {
        WaitBuffer made = waits;
        if (made == null) {
            made = new WaitBuffer(memory);
            waits = made;
        }
        return made;
    }

    /** {@link #PAGE} bytes for a call on a small file, where the scratch is too small. */
    MemorySegment page() {
        MemorySegment made = page;
        if (made == null) {
            made = BufferMemory.OF_JVM.require(PAGE);
            page = made;
        }
        return made;
    }

    /** A struct itimerspec whose interval is zero. */
    Struct timer() {
        Struct made = timer;
        if (made == null) {
            made = Struct.of(memory, itimerspec.layout());
            timer = made;
        }
        return made;
    }

    /** A struct statx. */
    Struct status() {
        Struct made = status;
        if (made == null) {
            made = Struct.ofBytes(memory, FileStatus.BYTES);
            status = made;
        }
        return made;
    }

    /** Allocates now what is otherwise allocated at its first use: for a loop, which must not wait for memory. */
    public void prepare() {
        page = page();
        waits = waits();
        timer = timer();
    }

    /** {@code result}, or the negated errno if {@code result} is -1. */
    int outcome(int result) {
        return result == -1 ? -captured.getInt(ERRNO_OFFSET) : result;
    }

    long outcome(long result) {
        return result == -1 ? -captured.getInt(ERRNO_OFFSET) : result;
    }
}
