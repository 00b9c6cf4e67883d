package dev.leash.internal.spawn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** The native form of argv and envp: a table of pointers that ends in NULL, followed by the strings, in one block. */
final class NativeStrings {
    private static final long POINTER = ValueLayout.ADDRESS.byteSize();

    private NativeStrings() {}

    static MemorySegment table(Arena arena, List<byte[]> strings) {
        long tableSize = (strings.size() + 1) * POINTER;
        long size = tableSize;
        for (byte[] string : strings) {
            size += string.length + 1;
        }
        MemorySegment block = arena.allocate(size, POINTER);
        long[] pointers = new long[strings.size() + 1];
        long at = tableSize;
        for (int index = 0; index < strings.size(); index++) {
            byte[] string = strings.get(index);
            pointers[index] = block.address() + at;
            MemorySegment.copy(MemorySegment.ofArray(string), 0, block, at, string.length);
            at += string.length + 1;
        }
        MemorySegment.copy(MemorySegment.ofArray(pointers), 0, block, 0, tableSize);
        return block;
    }
}
