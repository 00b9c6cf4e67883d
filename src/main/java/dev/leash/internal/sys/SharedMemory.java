package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file without a name, see memfd_create(2), that is mapped here and can be read by a child that is given its
 * descriptor. What is stored is in the file at once, and stays there when this process dies. For any thread; stores to the
 * same place are the callers' business.
 */
public final class SharedMemory {
    private final int fd;
    private final Arena arena;
    private final MemorySegment memory;

    private SharedMemory(int fd, Arena arena, MemorySegment memory) {
        this.fd = fd;
        this.arena = arena;
        this.memory = memory;
    }

    /** Memory that takes room only where something has been stored. Before that it reads as zeros. */
    public static SharedMemory create(CallState state, String name, long size) throws IOException {
        int fd = SystemCallException.check("memfd_create", Descriptors.raise(state, make(state, name)));
        try {
            int resized = Handles.TRUNCATE.call(state, fd, size);
            SystemCallException.check("ftruncate", resized);
        } catch (SystemCallException e) {
            Descriptors.close(state, fd);
            throw e;
        }
        try (FileChannel file =
                FileChannel.open(Path.of("/proc/self/fd/" + fd), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Arena arena = Arena.ofShared();
            return new SharedMemory(fd, arena, file.map(FileChannel.MapMode.READ_WRITE, 0, size, arena));
        } catch (IOException e) {
            Descriptors.close(state, fd);
            throw e;
        }
    }

    private static int make(CallState state, String name) {
        try (Arena scratch = Arena.ofConfined()) {
            return Handles.CREATE.call(state, scratch.allocateFrom(name).address(), Libc.MFD_CLOEXEC());
        }
    }

    public int fd() {
        return fd;
    }

    /** Stores bytes, in no order that another process could rely on. Without effect once it is closed. */
    public void put(long offset, byte[] bytes) {
        try {
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
        } catch (IllegalStateException e) {
            // Unmapped: nobody will read it.
        }
    }

    /** Stores one byte after all that the calling thread has stored before. Without effect once it is closed. */
    public void putLast(long offset, byte value) {
        VarHandle.releaseFence();
        try {
            memory.set(ValueLayout.JAVA_BYTE, offset, value);
        } catch (IllegalStateException e) {
            // Unmapped: nobody will read it.
        }
        VarHandle.fullFence();
    }

    public void close(CallState state) {
        arena.close();
        Descriptors.close(state, fd);
    }

    private static final class Handles {
        static final CFunction CREATE = CFunction.of(Libc.memfd_create$address(), Libc.memfd_create$descriptor());
        static final CFunction TRUNCATE = CFunction.of(Libc.ftruncate$address(), Libc.ftruncate$descriptor());
    }
}
