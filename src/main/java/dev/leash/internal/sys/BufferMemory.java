package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for what loops read and write, which they never have to wait for. What {@link Arena#ofAuto} allocates, and so
 * the garbage collector frees, is on the JDK's account of direct memory. Where that is full, the allocating thread collects
 * garbage and sleeps, up to half a second, before it gets memory or an OutOfMemoryError; on a loop, all runs would wait. So
 * this maps memory itself, see mmap(2), keeps an account of its own, and says at once if there is none. For any thread.
 */
public final class BufferMemory {
    /** All that this library maps. It has as much as the JDK's account, unless that was set to another size. */
    public static final BufferMemory OF_JVM =
            new BufferMemory(Runtime.getRuntime().maxMemory());

    private static final CFunction MMAP = CFunction.of(Libc.mmap$address(), Libc.mmap$descriptor());
    private static final CFunction MUNMAP = CFunction.of(Libc.munmap$address(), Libc.munmap$descriptor());

    private final long limit;
    private final AtomicLong mapped = new AtomicLong();

    /** @param limit how many bytes {@link #allocateWithin} keeps to */
    public BufferMemory(long limit) {
        this.limit = limit;
    }

    /** Zeros, unmapped when nothing reaches them any more; null if the kernel has none to give. */
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

    /** As {@link #allocate}, and null if there would be more than the limit: for what can wait until others give back. */
    public @Nullable MemorySegment allocateWithin(long size) {
        return mapped.get() + size > limit ? null : allocate(size);
    }

    private void unmap(MemorySegment memory) {
        // It is mapped, so there is no error.
        int ignored = MUNMAP.call(CallState.UNREAD, memory.address(), memory.byteSize());
        mapped.addAndGet(-memory.byteSize());
    }

    /** As {@link #allocate}. @throws OutOfMemoryError if the kernel has none to give */
    public MemorySegment require(long size) {
        MemorySegment memory = allocate(size);
        if (memory == null) {
            throw new OutOfMemoryError("cannot map " + size + " bytes");
        }
        return memory;
    }
}
