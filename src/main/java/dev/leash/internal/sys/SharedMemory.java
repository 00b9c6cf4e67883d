package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A file without a name, see memfd_create(2), that is mapped here; a child that inherits its descriptor can read it.
 * A store is in the file at once and stays there when this process ends. The file grows on demand: its size counts
 * towards RLIMIT_FSIZE and the mapping towards RLIMIT_AS. For any thread, but {@link #grow} for one at a time; the
 * callers coordinate stores to the same place.
 */
public final class SharedMemory {
    private static final MemorySegment[] NONE = {};

    private final int fd;
    private final Arena arena = Arena.ofShared();

    /** The mappings, in the order of the file; each begins where the one before it ends. */
    private volatile MemorySegment[] parts = NONE;

    private SharedMemory(int fd) {
        this.fd = fd;
    }

    /** Memory that uses pages only where something has been stored. Before that it reads as zeros. */
    public static SharedMemory create(CallState state, String name, long size) throws IOException {
        int fd = SystemCallException.check("memfd_create", Descriptors.raise(state, make(state, name)));
        SharedMemory memory = new SharedMemory(fd);
        boolean complete = false;
        try {
            memory.grow(state, size);
            complete = true;
            return memory;
        } finally {
            if (!complete) {
                memory.close(state);
            }
        }
    }

    private static int make(CallState state, String name) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment text = NativePaths.terminated(scratch, name.getBytes(StandardCharsets.US_ASCII));
            return Handles.CREATE.call(state, text.address(), Libc.MFD_CLOEXEC());
        }
    }

    /**
     * Makes room for {@code size} bytes in all. No store may cross the old end.
     *
     * @throws SystemCallException EFBIG if the limit of file sizes does not allow it: RLIMIT_FSIZE, {@code ulimit -f}
     * @throws IOException if it cannot be mapped
     */
    public void grow(CallState state, long size) throws IOException {
        long before = size();
        SystemCallException.check("ftruncate", Descriptors.truncate(state, fd, size));
        MemorySegment more = mapUninterrupted(before, size - before);
        MemorySegment[] all = Arrays.copyOf(parts, parts.length + 1);
        all[parts.length] = more;
        parts = all;
    }

    private long size() {
        long size = 0;
        for (MemorySegment part : parts) {
            size += part.byteSize();
        }
        return size;
    }

    /** The JDK's channels fail on an interrupted thread, so this hides the interrupt during the call. */
    private MemorySegment mapUninterrupted(long offset, long size) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return map(offset, size);
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private MemorySegment map(long offset, long size) throws IOException {
        try (FileChannel file =
                FileChannel.open(Path.of("/proc/self/fd/" + fd), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return file.map(FileChannel.MapMode.READ_WRITE, offset, size, arena);
        }
    }

    public int fd() {
        return fd;
    }

    /** Stores bytes, in no order that another process can rely on. No effect after close. */
    public void put(long offset, byte[] bytes) {
        long at = offset;
        for (MemorySegment part : parts) {
            if (at < part.byteSize()) {
                try {
                    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, part, at, bytes.length);
                } catch (IllegalStateException e) {
                    // Unmapped: no process reads it any more.
                }
                return;
            }
            at -= part.byteSize();
        }
        throw new IndexOutOfBoundsException(offset);
    }

    /** Stores one byte after all earlier stores of the calling thread. No effect after close. */
    public void putLast(long offset, byte value) {
        VarHandle.releaseFence();
        long at = offset;
        for (MemorySegment part : parts) {
            if (at < part.byteSize()) {
                try {
                    part.asSlice(at, 1).fill(value);
                } catch (IllegalStateException e) {
                    // Unmapped: no process reads it any more.
                }
                break;
            }
            at -= part.byteSize();
        }
        VarHandle.fullFence();
    }

    public void close(CallState state) {
        arena.close();
        Descriptors.close(state, fd);
    }

    private static final class Handles {
        static final CFunction CREATE = CFunction.of(Libc.memfd_create$address(), Libc.memfd_create$descriptor());
    }
}
