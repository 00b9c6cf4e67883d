package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.sigaction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** sigaction(2): what this process does with a signal. */
public final class SignalDispositions {
    private static final CFunction SIGACTION = CFunction.of(Libc.sigaction$address(), Libc.sigaction$descriptor());
    private static final long HANDLER = sigaction.__sigaction_handler$offset();
    private static final long FLAGS = sigaction.sa_flags$offset();
    private static final long SIG_DFL = 0;
    private static final long SIG_IGN = 1;

    private SignalDispositions() {}

    /**
     * Makes sure that children stay zombies until they are reaped. A process that was started with SIGCHLD ignored
     * never learns how its children ended; the JDK's own process support repairs this in the same way.
     */
    public static void keepZombies() {
        try (Arena scratch = Arena.ofConfined()) {
            CallState state = CallState.in(scratch);
            Struct current = Struct.of(scratch, sigaction.layout());
            act(state, Libc.SIGCHLD(), 0, current.address());
            boolean ignored = current.getLong(HANDLER) == SIG_IGN;
            int flags = current.getInt(FLAGS);
            if (ignored || (flags & Libc.SA_NOCLDWAIT()) != 0) {
                if (ignored) {
                    current.setLong(HANDLER, SIG_DFL);
                }
                current.setInt(FLAGS, flags & ~Libc.SA_NOCLDWAIT());
                act(state, Libc.SIGCHLD(), current.address(), 0);
            }
        }
    }

    public static void ignore(int signal) {
        ignoreAll(SignalSet.bits(signal));
    }

    /**
     * Ignores several signals.
     *
     * @param signals see {@link SignalSet}
     */
    public static void ignoreAll(long signals) {
        set(signals, SIG_IGN, 0);
    }

    /** Ignores a signal during an action that sends it to this process's own group. */
    public static void ignoreDuring(int signal, Runnable action) {
        try (Arena scratch = Arena.ofConfined()) {
            CallState state = CallState.in(scratch);
            Struct before = Struct.of(scratch, sigaction.layout());
            act(state, signal, 0, before.address());
            ignore(signal);
            action.run();
            act(state, signal, before.address(), 0);
        }
    }

    public static void reset(int signal) {
        set(SignalSet.bits(signal), SIG_DFL, 0);
    }

    /**
     * Installs a native function {@code void f(int, siginfo_t *, void *)}, which must be async-signal-safe.
     *
     * @param signals see {@link SignalSet}
     */
    static void handle(long signals, MemorySegment function) {
        set(signals, function.address(), Libc.SA_SIGINFO() | Libc.SA_RESTART() | Libc.SA_ONSTACK());
    }

    private static void set(long signals, long handler, int flags) {
        if (signals == 0) {
            return;
        }
        try (Arena scratch = Arena.ofConfined()) {
            CallState state = CallState.in(scratch);
            Struct action = Struct.of(scratch, sigaction.layout());
            action.setLong(HANDLER, handler);
            action.setInt(FLAGS, flags);
            for (long left = signals; left != 0; left &= left - 1) {
                int signal = SignalSet.least(left);
                int result = act(state, signal, action.address(), 0);
                if (result < 0) {
                    throw new IllegalArgumentException("sigaction of signal " + signal + ": " + Errno.name(-result));
                }
            }
        }
    }

    private static int act(CallState state, int signal, long action, long old) {
        return SIGACTION.call(state, signal, action, old);
    }
}
