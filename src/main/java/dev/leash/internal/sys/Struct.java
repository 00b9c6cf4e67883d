package dev.leash.internal.sys;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A C struct, or a few numbers, that a call takes or returns through a pointer. The bindings define the offsets.
 *
 * <p>It is accessed as a byte buffer. A layout would use a var handle, which the JVM has to make for each type of
 * member: some milliseconds of the first start.
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

    /** A struct with this layout, all zero. */
    static Struct of(SegmentAllocator memory, MemoryLayout layout) {
        return new Struct(memory.allocate(layout));
    }

    /** A struct in this memory. */
    static Struct in(MemorySegment memory) {
        return new Struct(memory);
    }

    /** A struct of this size, all zero. */
    static Struct ofBytes(SegmentAllocator memory, long size) {
        return new Struct(memory.allocate(size, WIDEST_MEMBER));
    }

    /**
     * Its address, for a call. Memory of an automatic arena must stay reachable until the call returns: see
     * {@link java.lang.ref.Reference#reachabilityFence}.
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
