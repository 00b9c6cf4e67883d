package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for the buffers of loops, allocated without waiting. What {@link Arena#ofAuto} allocates, and the
 * garbage collector frees, counts as direct memory of the JDK. If that limit is reached, the allocating thread
 * collects garbage and sleeps for up to half a second before it gets memory or an OutOfMemoryError; on a loop, all
 * runs would wait. So this maps memory itself, see mmap(2), keeps a count of its own, and returns at once if there is
 * none. For any thread.
 */
public final class BufferMemory {
    /**
     * The memory of this library. Its limit is the JDK's default for direct memory, even if the JVM was given another
     * one.
     */
    public static final BufferMemory OF_JVM =
            new BufferMemory(Runtime.getRuntime().maxMemory());

    private static final CFunction MMAP = CFunction.of(Libc.mmap$address(), Libc.mmap$descriptor());
    private static final CFunction MUNMAP = CFunction.of(Libc.munmap$address(), Libc.munmap$descriptor());

    private final long limit;
    private final AtomicLong mapped = new AtomicLong();

    /** @param limit how many bytes {@link #allocateWithin} may reach */
    public BufferMemory(long limit) {
        this.limit = limit;
    }

    /** Memory full of zeros, unmapped once it is unreachable; null if the kernel has none. */
    public @Nullable MemorySegment allocate(long size) {
        mapped.addAndGet(size);
        long address = MMAP.callLong(
                CallState.UNREAD,
                0,
                size,
                Libc.PROT_READ() | Libc.PROT_WRITE(),
                Libc.MAP_PRIVATE() | Libc.MAP_ANONYMOUS(),
                -1,
                0);
        if (address <= 0) {
            mapped.addAndGet(-size);
            return null;
        }
        return MemorySegment.ofAddress(address).reinterpret(size, Arena.ofAuto(), this::unmap);
    }

    /** As {@link #allocate}, but also null beyond the limit: for callers that can wait until others release memory. */
    public @Nullable MemorySegment allocateWithin(long size) {
        return mapped.get() + size > limit ? null : allocate(size);
    }

    private void unmap(MemorySegment memory) {
        // The memory is mapped, so munmap(2) cannot fail.
        int ignored = MUNMAP.call(CallState.UNREAD, memory.address(), memory.byteSize());
        mapped.addAndGet(-memory.byteSize());
    }

    /**
     * As {@link #allocate}.
     *
     * @throws OutOfMemoryError if the kernel has none
     */
    public MemorySegment require(long size) {
        MemorySegment memory = allocate(size);
        if (memory == null) {
            throw new OutOfMemoryError("cannot map " + size + " bytes");
        }
        return memory;
    }
}
