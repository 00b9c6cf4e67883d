package dev.leash;

import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.sys.EnvironmentBlock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The environment of a command: the JVM's or none, and the changes to it. Immutable. */
final class Environment {
    static final Environment INHERITED = new Environment(true, Map.of());
    static final Environment EMPTY = new Environment(false, Map.of());

    private final boolean inherited;

    /** By name, the whole entry {@code name=value}; an empty array for a variable that is removed. */
    private final Map<ByteBuffer, byte[]> changes;

    private Environment(boolean inherited, Map<ByteBuffer, byte[]> changes) {
        this.inherited = inherited;
        this.changes = changes;
    }

    Environment set(byte[] name, byte[] value) {
        byte[] entry = Arrays.copyOf(name, name.length + 1 + value.length);
        entry[name.length] = '=';
        System.arraycopy(value, 0, entry, name.length + 1, value.length);
        return changed(name, entry);
    }

    Environment unset(byte[] name) {
        return changed(name, new byte[0]);
    }

    private Environment changed(byte[] name, byte[] entry) {
        requireName(name);
        Map<ByteBuffer, byte[]> more = new LinkedHashMap<>(changes);
        more.put(ByteBuffer.wrap(name.clone()), entry);
        return new Environment(inherited, more);
    }

    private static void requireName(byte[] name) {
        if (name.length == 0) {
            throw new IllegalArgumentException("the name of a variable is empty");
        }
        for (byte b : name) {
            if (b == '=') {
                throw new IllegalArgumentException(
                        "the name of a variable holds a '=': " + new String(name, StandardCharsets.UTF_8));
            }
        }
    }

    Collection<byte[]> changes() {
        return changes.values();
    }

    ChildEnvironment resolve() {
        if (inherited && changes.isEmpty()) {
            return ChildEnvironment.INHERITED;
        }
        List<byte[]> entries = new ArrayList<>();
        if (inherited) {
            for (byte[] entry : EnvironmentBlock.own()) {
                ByteBuffer name = nameOf(entry);
                if (name == null || !changes.containsKey(name)) {
                    entries.add(entry);
                }
            }
        }
        for (byte[] entry : changes.values()) {
            if (entry.length > 0) {
                entries.add(entry);
            }
        }
        return ChildEnvironment.of(entries);
    }

    /** Null for an entry without a {@code =}, which execve(2) passes on like any other. */
    private static @Nullable ByteBuffer nameOf(byte[] entry) {
        for (int index = 0; index < entry.length; index++) {
            if (entry[index] == '=') {
                return ByteBuffer.wrap(entry, 0, index);
            }
        }
        return null;
    }
}
