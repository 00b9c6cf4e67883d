package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The environment of this process as the bytes that execve(2) passed. {@link System#getenv()} decodes them with the
 * locale's charset and cannot give them back.
 */
public final class EnvironmentBlock {
    private static final CFunction GETENV = CFunction.of(Libc.getenv$address(), Libc.getenv$descriptor());

    private static final long MOST = 1 << 30; // fits into a buffer

    /** To make a segment of a size of one's own is dear: the JVM looks for the caller each time. */
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private EnvironmentBlock() {}

    /** The entries of environ(7), each usually {@code name=value}. */
    public static List<byte[]> own() {
        List<byte[]> entries = new ArrayList<>();
        // As in Struct, without a var handle.
        long table = bytes(Libc.environ$segment().address()).getLong(0);
        if (table == 0) {
            return entries;
        }
        ByteBuffer pointers = bytes(table);
        for (int at = 0; ; at += Long.BYTES) {
            long entry = pointers.getLong(at);
            if (entry == 0) {
                return entries;
            }
            entries.add(string(bytes(entry)));
        }
    }

    /** The value of the first variable of this name, or null: getenv(3), which copies no other variable. */
    public static byte @Nullable [] value(byte[] name) {
        Arena scratch = Arena.ofConfined();
        try {
            long value = GETENV.callLong(
                    CallState.UNREAD, NativePaths.terminated(scratch, name).address());
            return value == 0 ? null : string(bytes(value));
        } finally {
            scratch.close();
        }
    }

    private static byte[] string(ByteBuffer memory) {
        int length = 0;
        while (memory.get(length) != 0) {
            length++;
        }
        byte[] string = new byte[length];
        memory.get(string);
        return string;
    }

    /** The memory from {@code address} on. */
    private static ByteBuffer bytes(long address) {
        return MEMORY.asSlice(address, MOST).asByteBuffer().order(ByteOrder.nativeOrder());
    }
}
