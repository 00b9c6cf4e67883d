package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.__sigset_t;
import dev.leash.internal.bindings.posix_spawnattr_t;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A posix_spawnattr_t. posix_spawn(3) only reads it, so one serves any number of starts on any threads. */
public final class SpawnAttributes {
    // These fail for a null pointer only.
    private static final MethodHandle INIT =
            Downcall.plain(Libc.posix_spawnattr_init$address(), Libc.posix_spawnattr_init$descriptor());
    private static final MethodHandle SET_MASK =
            Downcall.plain(Libc.posix_spawnattr_setsigmask$address(), Libc.posix_spawnattr_setsigmask$descriptor());
    private static final MethodHandle SET_GROUP =
            Downcall.plain(Libc.posix_spawnattr_setpgroup$address(), Libc.posix_spawnattr_setpgroup$descriptor());
    private static final MethodHandle SET_DEFAULT = Downcall.plain(
            Libc.posix_spawnattr_setsigdefault$address(), Libc.posix_spawnattr_setsigdefault$descriptor());
    private static final MethodHandle SET_FLAGS =
            Downcall.plain(Libc.posix_spawnattr_setflags$address(), Libc.posix_spawnattr_setflags$descriptor());

    /** Own group, every disposition default, no signal blocked: what a child of the library gets (G7). */
    public static final SpawnAttributes CLEAN = create(true, true, 0);

    final MemorySegment attributes;

    private SpawnAttributes(MemorySegment attributes) {
        this.attributes = attributes;
    }

    /**
     * Attributes for any number of starts; they are never freed.
     *
     * @param ownGroup whether the child leads a process group of its own before its first instruction
     * @param defaultSignals whether dispositions that are "ignore" here are reset to default; handlers always are
     * @param signalMask the child's blocked signals, bit n-1 for signal n
     */
    public static SpawnAttributes create(boolean ownGroup, boolean defaultSignals, long signalMask) {
        return create(ownGroup, defaultSignals ? -1L : 0, signalMask);
    }

    /**
     * Like the other, with the signals that are reset to default one by one.
     *
     * @param defaultSignals bit n-1 for signal n
     */
    public static SpawnAttributes create(boolean ownGroup, long defaultSignals, long signalMask) {
        MemorySegment attributes = posix_spawnattr_t.allocate(Arena.global());
        int flags = Libc.POSIX_SPAWN_SETSIGMASK();
        try (Arena scratch = Arena.ofConfined()) {
            int ignored = (int) INIT.invokeExact(attributes);
            MemorySegment mask = __sigset_t.allocate(scratch);
            mask.set(ValueLayout.JAVA_LONG, 0, signalMask);
            ignored = (int) SET_MASK.invokeExact(attributes, mask);
            if (ownGroup) {
                flags |= Libc.POSIX_SPAWN_SETPGROUP();
                ignored = (int) SET_GROUP.invokeExact(attributes, 0);
            }
            if (defaultSignals != 0) {
                flags |= Libc.POSIX_SPAWN_SETSIGDEF();
                MemorySegment defaults = __sigset_t.allocate(scratch);
                defaults.set(ValueLayout.JAVA_LONG, 0, defaultSignals);
                ignored = (int) SET_DEFAULT.invokeExact(attributes, defaults);
            }
            ignored = (int) SET_FLAGS.invokeExact(attributes, (short) flags);
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
        return new SpawnAttributes(attributes);
    }
}
