package dev.leash.internal.spawn;

import dev.leash.internal.sys.EnvironmentBlock;
import dev.leash.internal.sys.Spawn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The environment of a child: that of this process unchanged, or entries of its own. */
public final class ChildEnvironment {
    /** environ(7) of this process, byte for byte. */
    public static final ChildEnvironment INHERITED = new ChildEnvironment(null, true);

    private static final byte[] PATH = "PATH".getBytes(StandardCharsets.US_ASCII);

    private final @Nullable List<byte[]> entries;
    private final boolean searchesOwnPath;

    /** Whether a child was started with this. */
    private boolean used;

    /** The entries as the kernel takes them, kept once a second child is started with them. */
    private volatile @Nullable MemorySegment table;

    private ChildEnvironment(@Nullable List<byte[]> entries, boolean searchesOwnPath) {
        this.entries = entries;
        this.searchesOwnPath = searchesOwnPath;
    }

    /** Exactly these entries, each usually {@code name=value}. */
    public static ChildEnvironment of(List<byte[]> entries) {
        return new ChildEnvironment(List.copyOf(entries), true);
    }

    /**
     * The same environment for the child, whose program is looked up in the PATH of this process instead of its own.
     */
    public ChildEnvironment searchingInheritedPath() {
        return new ChildEnvironment(entries, false);
    }

    /** The same with this variable in place of all entries of its name. */
    public ChildEnvironment with(byte[] name, byte[] value) {
        byte[] variable = Arrays.copyOf(name, name.length + 1 + value.length);
        variable[name.length] = '=';
        System.arraycopy(value, 0, variable, name.length + 1, value.length);
        List<byte[]> changed = new ArrayList<>(all());
        changed.removeIf(entry -> isOf(name, entry));
        changed.add(variable);
        return new ChildEnvironment(List.copyOf(changed), searchesOwnPath);
    }

    private List<byte[]> all() {
        return entries != null ? entries : EnvironmentBlock.own();
    }

    private static boolean isOf(byte[] name, byte[] entry) {
        return entry.length > name.length
                && entry[name.length] == '='
                && Arrays.equals(entry, 0, name.length, name, 0, name.length);
    }

    /** Whether the child's program is looked up in the PATH that the child gets. */
    boolean searchesOwnPath() {
        return searchesOwnPath;
    }

    /** The PATH in which the child's program is looked up, or null if there is none. */
    byte @Nullable [] searchPath() {
        return (searchesOwnPath ? this : INHERITED).value(PATH);
    }

    /**
     * The native form of the entries, for execve(2). From any thread.
     *
     * @param scratch memory for it, which lives as long as the caller needs the table
     */
    MemorySegment table(Arena scratch) {
        List<byte[]> own = entries;
        if (own == null) {
            return Spawn.ownEnvironment();
        }
        MemorySegment made = table;
        if (made != null) {
            return made;
        }
        if (!used) { // two threads that ask at once may each make one
            used = true;
            return NativeStrings.table(scratch, own);
        }
        made = NativeStrings.table(Arena.ofAuto(), own);
        table = made;
        return made;
    }

    /** The value of {@code name}, or null. As with getenv(3), the first entry counts. */
    public byte @Nullable [] value(byte[] name) {
        if (entries == null) {
            return EnvironmentBlock.value(name);
        }
        for (byte[] entry : entries) {
            if (isOf(name, entry)) {
                return Arrays.copyOfRange(entry, name.length + 1, entry.length);
            }
        }
        return null;
    }
}
