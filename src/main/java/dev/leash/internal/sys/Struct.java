package dev.leash.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A C struct, or a few numbers, that a call takes or gives back through a pointer. Where a member is, the bindings say.
 *
 * <p>It is read and written as a byte buffer. A layout would do it by a var handle, which a JVM has to make first, for each
 * type of member anew: some milliseconds of its first start.
 *
 * <p>For one thread at a time.
 */
final class Struct {
    private static final long WIDEST_MEMBER = 8;

    private final MemorySegment memory;
    private final ByteBuffer bytes;

    private Struct(MemorySegment memory) {
        this.memory = memory;
        this.bytes = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /** One that has this layout, all zero. */
    static Struct of(Arena arena, MemoryLayout layout) {
        return new Struct(arena.allocate(layout));
    }

    /** One that has this memory. */
    static Struct in(MemorySegment memory) {
        return new Struct(memory);
    }

    /** One of this size, all zero. */
    static Struct ofBytes(Arena arena, long size) {
        return new Struct(arena.allocate(size, WIDEST_MEMBER));
    }

    /**
     * Where it is, for a call. Whoever got it from an automatic arena keeps it reachable until the call is over: see {@link
     * java.lang.ref.Reference#reachabilityFence}.
     */
    long address() {
        return memory.address();
    }

    MemorySegment memory() {
        return memory;
    }

    int getInt(long offset) {
        return bytes.getInt((int) offset);
    }

    void setInt(long offset, int value) {
        bytes.putInt((int) offset, value);
    }

    long getLong(long offset) {
        return bytes.getLong((int) offset);
    }

    void setLong(long offset, long value) {
        bytes.putLong((int) offset, value);
    }

    int getShort(long offset) {
        return bytes.getShort((int) offset);
    }

    void setShort(long offset, int value) {
        bytes.putShort((int) offset, (short) value);
    }
}
