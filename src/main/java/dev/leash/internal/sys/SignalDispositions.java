package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.sigaction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** sigaction(2): what this process does with a signal. */
public final class SignalDispositions {
    private static final CFunction SIGACTION = CFunction.of(Libc.sigaction$address(), Libc.sigaction$descriptor());
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
            MemorySegment current = sigaction.allocate(scratch);
            act(state, Libc.SIGCHLD(), MemorySegment.NULL, current);
            boolean ignored = handler(current) == SIG_IGN;
            if (ignored || (sigaction.sa_flags(current) & Libc.SA_NOCLDWAIT()) != 0) {
                if (ignored) {
                    setHandler(current, SIG_DFL);
                }
                sigaction.sa_flags(current, sigaction.sa_flags(current) & ~Libc.SA_NOCLDWAIT());
                act(state, Libc.SIGCHLD(), current, MemorySegment.NULL);
            }
        }
    }

    public static void ignore(int signal) {
        set(signal, SIG_IGN, 0);
    }

    public static void reset(int signal) {
        set(signal, SIG_DFL, 0);
    }

    /** Installs a native function {@code void f(int, siginfo_t *, void *)}; it must be async-signal-safe. */
    static void handle(int signal, MemorySegment function) {
        set(signal, function.address(), Libc.SA_SIGINFO() | Libc.SA_RESTART() | Libc.SA_ONSTACK());
    }

    private static void set(int signal, long handler, int flags) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment action = sigaction.allocate(scratch);
            setHandler(action, handler);
            sigaction.sa_flags(action, flags);
            int result = act(CallState.in(scratch), signal, action, MemorySegment.NULL);
            if (result < 0) {
                throw new IllegalArgumentException("sigaction of signal " + signal + ": " + Errno.name(-result));
            }
        }
    }

    private static long handler(MemorySegment action) {
        return action.get(java.lang.foreign.ValueLayout.JAVA_LONG, sigaction.__sigaction_handler$offset());
    }

    private static void setHandler(MemorySegment action, long handler) {
        action.set(java.lang.foreign.ValueLayout.JAVA_LONG, sigaction.__sigaction_handler$offset(), handler);
    }

    private static int act(CallState state, int signal, MemorySegment action, MemorySegment old) {
        return SIGACTION.call(state, signal, action.address(), old.address());
    }
}
