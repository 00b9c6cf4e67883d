package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;

/** Calls on this process itself: setpgid(2), pthread_sigmask(3), prctl(2). For the command, which owns its process. */
public final class OwnProcess {
    private static final CFunction GETPGRP = CFunction.of(Libc.getpgrp$address(), Libc.getpgrp$descriptor());

    private static final int INIT = 1;

    /** Not in the bindings. */
    private static final long PR_GET_CHILD_SUBREAPER = 37;

    private OwnProcess() {}

    /** The process group of this process. */
    public static int group() {
        return GETPGRP.call(CallState.UNREAD);
    }

    /**
     * Makes this process the leader of a group of its own; the negated errno if it leads a session, and so leads a
     * group already.
     */
    public static int leadGroup(CallState state) {
        CFunction setpgid = CFunction.of(Libc.setpgid$address(), Libc.setpgid$descriptor());
        return setpgid.call(state, 0, 0);
    }

    /**
     * Unblocks {@code signal} on the calling thread, so that it reaches this process even if its caller blocked it.
     */
    public static void unblock(CallState state, int signal) {
        CFunction sigmask = CFunction.of(Libc.pthread_sigmask$address(), Libc.pthread_sigmask$descriptor());
        try (Arena scratch = Arena.ofConfined()) {
            Struct set = SignalSet.of(scratch, SignalSet.bits(signal));
            // It fails only for an invalid "how".
            int ignored = sigmask.call(state, Libc.SIG_UNBLOCK(), set.address(), 0);
        }
    }

    /**
     * Sends {@code signal} to this process and waits for a second: if the default disposition ends the process, this
     * does not return, even if the kernel delivers the signal to another thread.
     */
    public static void raise(CallState state, int signal) {
        CFunction getpid = CFunction.of(Libc.getpid$address(), Libc.getpid$descriptor());
        int ignored =
                Processes.kill(state, getpid.call(CallState.UNREAD), signal); // a caller that still runs handles that
        Clock.sleep(1_000_000_000);
    }

    /**
     * Whether descendants whose parents have ended become children of this process, so that nothing else reaps them:
     * it is the init of its pid namespace, or a subreaper, which any code in the process can make it at any time.
     */
    public static boolean adopts(CallState state) {
        if (ProcessHandle.current().pid() == INIT) {
            return true;
        }
        CFunction prctl = CFunction.variadic(Libc.prctl.address());
        state.scratch.setInt(0, 0);
        return prctl.call(state, PR_GET_CHILD_SUBREAPER, state.scratch.address()) == 0 && state.scratch.getInt(0) != 0;
    }

    /**
     * Whether other processes of this user may look into this one through /proc: not if its program file has
     * capabilities, or code in it has set PR_SET_DUMPABLE to 0.
     */
    public static boolean maySeeInto(CallState state) {
        CFunction prctl = CFunction.variadic(Libc.prctl.address());
        return prctl.call(state, Libc.PR_GET_DUMPABLE()) == 1;
    }

    /** Disables core dumps of this process; false if the kernel refuses. */
    public static boolean disableCoreDumps(CallState state) {
        CFunction prctl = CFunction.variadic(Libc.prctl.address());
        return prctl.call(state, Libc.PR_SET_DUMPABLE(), 0L) == 0;
    }
}
