package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The environment of this process as the bytes that execve(2) passed. {@link System#getenv()} decodes them with the
 * locale's charset and cannot give them back.
 */
public final class EnvironmentBlock {
    private EnvironmentBlock() {}

    /** The entries of environ(7), each usually {@code name=value}. */
    public static List<byte[]> own() {
        List<byte[]> entries = new ArrayList<>();
        MemorySegment table = Libc.environ();
        if (table.equals(MemorySegment.NULL)) {
            return entries;
        }
        table = table.reinterpret(Long.MAX_VALUE);
        for (long index = 0; ; index++) {
            MemorySegment entry = table.getAtIndex(ValueLayout.ADDRESS, index);
            if (entry.equals(MemorySegment.NULL)) {
                return entries;
            }
            entry = entry.reinterpret(Long.MAX_VALUE);
            long length = 0;
            while (entry.get(ValueLayout.JAVA_BYTE, length) != 0) {
                length++;
            }
            entries.add(entry.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }
}
