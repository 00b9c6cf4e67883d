package dev.leash.internal.spawn;

import dev.leash.internal.sys.EnvironmentBlock;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The environment that a child gets: that of this process as it is, or entries of its own. */
public final class ChildEnvironment {
    /** environ(7) of this process, byte for byte. */
    public static final ChildEnvironment INHERITED = new ChildEnvironment(null);

    private final @Nullable List<byte[]> entries;

    private ChildEnvironment(@Nullable List<byte[]> entries) {
        this.entries = entries;
    }

    /** Exactly these entries, each usually {@code name=value}. */
    public static ChildEnvironment of(List<byte[]> entries) {
        return new ChildEnvironment(List.copyOf(entries));
    }

    /** The entries, or null where the pointer table of this process serves as it is. */
    @Nullable
    List<byte[]> entries() {
        return entries;
    }

    /** The value of {@code name}, or null. As getenv(3), the first entry counts. */
    byte @Nullable [] value(byte[] name) {
        for (byte[] entry : entries != null ? entries : EnvironmentBlock.own()) {
            if (entry.length > name.length
                    && entry[name.length] == '='
                    && Arrays.equals(entry, 0, name.length, name, 0, name.length)) {
                return Arrays.copyOfRange(entry, name.length + 1, entry.length);
            }
        }
        return null;
    }
}
