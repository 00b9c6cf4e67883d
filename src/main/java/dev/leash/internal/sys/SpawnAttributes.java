package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.posix_spawnattr_t;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A posix_spawnattr_t. posix_spawn(3) only reads it, so one serves any number of starts on any threads. */
public final class SpawnAttributes {
    // These fail only for a null pointer.
    private static final CFunction INIT =
            CFunction.of(Libc.posix_spawnattr_init$address(), Libc.posix_spawnattr_init$descriptor());
    private static final CFunction SET_MASK =
            CFunction.of(Libc.posix_spawnattr_setsigmask$address(), Libc.posix_spawnattr_setsigmask$descriptor());
    private static final CFunction SET_GROUP =
            CFunction.of(Libc.posix_spawnattr_setpgroup$address(), Libc.posix_spawnattr_setpgroup$descriptor());
    private static final CFunction SET_DEFAULT =
            CFunction.of(Libc.posix_spawnattr_setsigdefault$address(), Libc.posix_spawnattr_setsigdefault$descriptor());
    private static final CFunction SET_FLAGS =
            CFunction.of(Libc.posix_spawnattr_setflags$address(), Libc.posix_spawnattr_setflags$descriptor());

    private static final int CALLERS_GROUP = -1;
    private static final int CALLERS_CGROUP = -1;
    private static final int OWN_GROUP = 0;
    private static final long ALL = -1;

    /** A group of its own, every disposition default, no signal blocked: for each child of the library (G7). */
    public static final SpawnAttributes CLEAN = create(true, true, 0);

    /** The same in a session of its own, which has no controlling terminal yet. */
    public static final SpawnAttributes CLEAN_SESSION =
            create(Arena.global(), CALLERS_GROUP, true, ALL, 0, CALLERS_CGROUP);

    final MemorySegment attributes;
    private final int group;
    private final boolean session;
    private final long defaultSignals;
    private final long signalMask;
    private final int cgroup;

    private SpawnAttributes(
            MemorySegment attributes, int group, boolean session, long defaultSignals, long signalMask, int cgroup) {
        this.attributes = attributes;
        this.group = group;
        this.session = session;
        this.defaultSignals = defaultSignals;
        this.signalMask = signalMask;
        this.cgroup = cgroup;
    }

    /**
     * Attributes for any number of starts; they are never freed.
     *
     * @param ownGroup whether the child leads a process group of its own before its first instruction
     * @param defaultSignals whether dispositions that are "ignore" here are reset to default; handlers always are
     * @param signalMask the child's blocked signals, bit n-1 for signal n
     */
    public static SpawnAttributes create(boolean ownGroup, boolean defaultSignals, long signalMask) {
        return create(ownGroup, defaultSignals ? ALL : 0, signalMask);
    }

    /**
     * Like the other, but names each signal that is reset to default.
     *
     * @param defaultSignals bit n-1 for signal n
     */
    public static SpawnAttributes create(boolean ownGroup, long defaultSignals, long signalMask) {
        return create(
                Arena.global(),
                ownGroup ? OWN_GROUP : CALLERS_GROUP,
                false,
                defaultSignals,
                signalMask,
                CALLERS_CGROUP);
    }

    /** Attributes for a child that leads a session of its own; otherwise as above. */
    public static SpawnAttributes createSession(long defaultSignals, long signalMask) {
        return create(Arena.global(), CALLERS_GROUP, true, defaultSignals, signalMask, CALLERS_CGROUP);
    }

    /** The same, but the child joins the group {@code pgid}, which must be in this process's session. */
    public SpawnAttributes joining(int pgid) {
        return create(Arena.ofAuto(), pgid, false, defaultSignals, signalMask, CALLERS_CGROUP);
    }

    /**
     * The same, but the child is in another cgroup from its first instruction on. Only where {@link
     * KernelFeatures#startsInCgroup}.
     *
     * @param cgroup a descriptor of its directory, which has to be open at the start
     */
    public SpawnAttributes inCgroup(int cgroup) {
        return create(Arena.ofAuto(), group, session, defaultSignals, signalMask, cgroup);
    }

    private static SpawnAttributes create(
            Arena arena, int group, boolean session, long defaultSignals, long signalMask, int cgroup) {
        MemorySegment attributes = posix_spawnattr_t.allocate(arena);
        int flags = Libc.POSIX_SPAWN_SETSIGMASK();
        try (Arena scratch = Arena.ofConfined()) {
            // All these only fill in a struct, and fail only for invalid values.
            int ignored = INIT.call(CallState.UNREAD, attributes.address());
            Struct mask = SignalSet.of(scratch, signalMask);
            ignored = SET_MASK.call(CallState.UNREAD, attributes.address(), mask.address());
            if (session) {
                flags |= Libc.POSIX_SPAWN_SETSID();
            } else if (group != CALLERS_GROUP) {
                flags |= Libc.POSIX_SPAWN_SETPGROUP();
                ignored = SET_GROUP.call(CallState.UNREAD, attributes.address(), group);
            }
            if (defaultSignals != 0) {
                flags |= Libc.POSIX_SPAWN_SETSIGDEF();
                Struct defaults = SignalSet.of(scratch, defaultSignals);
                ignored = SET_DEFAULT.call(CallState.UNREAD, attributes.address(), defaults.address());
            }
            if (cgroup != CALLERS_CGROUP) {
                flags |= Libc.POSIX_SPAWN_SETCGROUP();
                ignored = InNewGlibc.SET_CGROUP.call(CallState.UNREAD, attributes.address(), cgroup);
            }
            ignored = SET_FLAGS.call(CallState.UNREAD, attributes.address(), flags);
        }
        return new SpawnAttributes(attributes, group, session, defaultSignals, signalMask, cgroup);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SpawnAttributes same
                && same.group == group
                && same.session == session
                && same.defaultSignals == defaultSignals
                && same.signalMask == signalMask
                && same.cgroup == cgroup;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * defaultSignals + signalMask);
    }

    /** A class of its own, since musl and glibc before 2.39 do not have it. */
    private static final class InNewGlibc {
        static final CFunction SET_CGROUP = CFunction.of(
                Libc.posix_spawnattr_setcgroup_np$address(), Libc.posix_spawnattr_setcgroup_np$descriptor());
    }
}
