package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The environment of this process as the bytes that execve(2) passed. {@link System#getenv()} decodes them with the
 * locale's charset and cannot give them back.
 */
public final class EnvironmentBlock {
    private static final long MOST = 1 << 30; // fits into a buffer

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
        return MemorySegment.ofAddress(address).reinterpret(MOST).asByteBuffer().order(ByteOrder.nativeOrder());
    }
}
