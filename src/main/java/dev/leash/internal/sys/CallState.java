package dev.leash.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a thread needs to make calls: where the linker stores errno, and where calls put what they find. It belongs
 * to one thread at a time, since two threads that shared it would read each other's errors. The loop has one for its life, a
 * starting thread one for each start; nothing else keeps one, but is given the calling thread's.
 *
 * <p>Where assertions are enabled, as in all tests, each use checks this: the first thread that uses a state has it, until it
 * is {@linkplain #release released} or {@linkplain #adopt adopted} by another.
 */
public final class CallState implements AutoCloseable {
    /** On Linux it has one member, errno. */
    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();

    private static final long ERRNO_OFFSET = 0;

    /** A path and as much of a file. */
    static final int PAGE = 2 * 4096;

    /** For functions that return their error, or have none: what is written there, by all threads, nobody reads. */
    static final CallState UNREAD = in(Arena.global());

    final MemorySegment segment;

    /** 16 bytes for what a call takes or gives back through a pointer, during that call. */
    final Struct scratch;

    private final Struct captured;

    private final Arena arena;
    private final @Nullable Arena owned;
    private @Nullable WaitBuffer waits;
    private @Nullable MemorySegment page;

    /** Kept only where assertions are enabled. */
    private volatile @Nullable Thread owner;

    private CallState(Arena arena, @Nullable Arena owned) {
        this.arena = arena;
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

    /** Makes it the calling thread's. The thread that had it uses it no more, and this one sees all that was done with it. */
    public void adopt() {
        assert setOwner(Thread.currentThread());
    }

    /** Makes it the next thread's that uses it. */
    public void release() {
        assert setOwner(null);
    }

    private boolean setOwner(@Nullable Thread thread) {
        owner = thread;
        return true;
    }

    /** Whether the calling thread may use it. For assertions: it binds a state that belongs to no thread. */
    public boolean isCallers() {
        Thread current = Thread.currentThread();
        if (owner == null) {
            owner = current;
        }
        return current.equals(owner) || this == UNREAD;
    }

    /** What an assertion says that has failed. */
    public String misuse() {
        return "a call state of " + owner + " is used by " + Thread.currentThread();
    }

    /** Where the wait calls of {@link Processes} put what they find. */
    public WaitBuffer waits() {
        WaitBuffer made = waits;
        if (made == null) {
            made = new WaitBuffer(arena);
            waits = made;
        }
        return made;
    }

    /** {@link #PAGE} bytes for what takes more than the scratch, during one call on a small file. */
    MemorySegment page() {
        MemorySegment made = page;
        if (made == null) {
            made = BufferMemory.OF_JVM.require(PAGE);
            page = made;
        }
        return made;
    }

    /** Makes at once what else is made when it is first needed: for a loop, which must not wait for memory then. */
    public void prepare() {
        page = page();
        waits = waits();
    }

    /** {@code result}, or the negated errno if {@code result} is -1. */
    int outcome(int result) {
        return result == -1 ? -captured.getInt(ERRNO_OFFSET) : result;
    }

    long outcome(long result) {
        return result == -1 ? -captured.getInt(ERRNO_OFFSET) : result;
    }
}
