package dev.leash;

import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.sys.EnvironmentBlock;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The environment of a command: the JVM's, another or none, and the changes to it. Immutable. */
final class Environment {
    private static final GrowingList<Change> NO_CHANGES = GrowingList.of(List.of());
    static final Environment INHERITED = new Environment(null, Map.of(), NO_CHANGES, false);
    static final Environment EMPTY = exactly(List.of());

    /** The charset in which {@link System#getenv()} decodes. */
    private static final Charset JVM_CHARSET = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    /** How many changes are kept one by one, even if there are fewer variables. */
    private static final int UNMERGED = 32;

    /** The entries that are passed on unless a change concerns them, in any form; null for those of the JVM. */
    private final @Nullable List<byte[]> inherited;

    /** The whole entry {@code name=value} by name; an empty array for a variable that is removed. Never changed. */
    private final Map<ByteBuffer, byte[]> base;

    /** The changes after that, oldest first. A change does not copy all variables, as there may be thousands. */
    private final GrowingList<Change> changes;

    /** Whether the program is looked up in the JVM's PATH, whatever the child's is. */
    private final boolean searchesJvmPath;

    /** All changes in one map, made at the first request; two threads that ask at once may each make it. */
    private @Nullable Map<ByteBuffer, byte[]> merged;

    /** What a child gets, made at the first request unless the JVM's variables are a part of it. */
    private @Nullable ChildEnvironment resolved;

    private record Change(ByteBuffer name, byte[] entry) {}

    private Environment(
            @Nullable List<byte[]> inherited,
            Map<ByteBuffer, byte[]> base,
            GrowingList<Change> changes,
            boolean searchesJvmPath) {
        this.inherited = inherited;
        this.base = base;
        this.changes = changes;
        this.searchesJvmPath = searchesJvmPath;
    }

    /**
     * These variables and no others. Those that are as in {@link System#getenv()} are passed on byte for byte, though
     * that shows them decoded. A name may be empty here, as {@link ProcessBuilder#environment()} allows it.
     */
    static Environment of(Map<String, String> variables) {
        Map<String, String> others = new LinkedHashMap<>(variables);
        Map<ByteBuffer, byte[]> entries = new LinkedHashMap<>();
        for (byte[] entry : EnvironmentBlock.own()) {
            String text = new String(entry, JVM_CHARSET);
            int equalsSign = text.indexOf('=', 1); // as the JDK has it: a name may begin with one
            if (equalsSign > 0) {
                String name = text.substring(0, equalsSign);
                if (others.remove(name, text.substring(equalsSign + 1))) {
                    entries.put(ByteBuffer.wrap(name.getBytes(JVM_CHARSET)), entry);
                }
            }
        }
        others.forEach((name, value) -> entries.put(
                ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)),
                (name + "=" + value).getBytes(StandardCharsets.UTF_8)));
        return new Environment(List.of(), Collections.unmodifiableMap(entries), NO_CHANGES, false);
    }

    /** These entries and no others. Not each has to be a variable: execve(2) takes anything. */
    static Environment exactly(List<byte[]> entries) {
        return new Environment(List.copyOf(entries), Map.of(), NO_CHANGES, false);
    }

    /** The same variables, for a program that is looked up in the JVM's PATH instead of the child's. */
    Environment searchingJvmPath() {
        return new Environment(inherited, base, changes, true);
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
        Change change = new Change(ByteBuffer.wrap(name.clone()), entry);
        // Merged now and then, so that overwritten values take no more room than the current ones.
        boolean merge = changes.size() > base.size() + UNMERGED;
        return new Environment(
                inherited, merge ? merged() : base, (merge ? NO_CHANGES : changes).plus(change), searchesJvmPath);
    }

    private Map<ByteBuffer, byte[]> merged() {
        if (changes.isEmpty()) {
            return base;
        }
        Map<ByteBuffer, byte[]> known = merged;
        if (known == null) {
            Map<ByteBuffer, byte[]> all = new LinkedHashMap<>(base);
            changes.forEach(change -> all.put(change.name(), change.entry()));
            known = Collections.unmodifiableMap(all); // its final field makes it safe to publish to other threads
            merged = known;
        }
        return known;
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
        return merged().values();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Environment environment
                && environment.searchesJvmPath == searchesJvmPath
                && isSame(environment.inherited, inherited)
                && isSame(environment.merged(), merged());
    }

    private static boolean isSame(@Nullable List<byte[]> some, @Nullable List<byte[]> others) {
        return some == null ? others == null : others != null && Bytes.areEqual(some, others);
    }

    private static boolean isSame(Map<ByteBuffer, byte[]> some, Map<ByteBuffer, byte[]> others) {
        if (some.size() != others.size()) {
            return false;
        }
        for (Map.Entry<ByteBuffer, byte[]> each : some.entrySet()) {
            if (!Arrays.equals(each.getValue(), others.get(each.getKey()))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return merged().keySet().hashCode();
    }

    ChildEnvironment resolve() {
        ChildEnvironment known = resolved;
        if (known == null) {
            known = resolved(merged());
            resolved = inherited == null ? null : known; // the JVM's may change: native code may call setenv(3)
        }
        return known;
    }

    private ChildEnvironment resolved(Map<ByteBuffer, byte[]> all) {
        if (inherited == null && all.isEmpty()) {
            return ChildEnvironment.INHERITED;
        }
        List<byte[]> entries = new ArrayList<>();
        for (byte[] entry : inherited == null ? EnvironmentBlock.own() : inherited) {
            ByteBuffer name = nameOf(entry);
            if (name == null || !all.containsKey(name)) {
                entries.add(entry);
            }
        }
        for (byte[] entry : all.values()) {
            if (entry.length > 0) {
                entries.add(entry);
            }
        }
        ChildEnvironment exact = ChildEnvironment.of(entries);
        return searchesJvmPath ? exact.searchingInheritedPath() : exact;
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
