package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.invoke.MethodHandle;

/** The foreground process group of the controlling terminal: tcgetpgrp(3), tcsetpgrp(3). */
public final class Terminal {
    private static final MethodHandle GET = Downcall.withErrno(Libc.tcgetpgrp$address(), Libc.tcgetpgrp$descriptor());
    private static final MethodHandle SET = Downcall.withErrno(Libc.tcsetpgrp$address(), Libc.tcsetpgrp$descriptor());

    private Terminal() {}

    /** The terminal's foreground group; the negated errno if {@code fd} is not this process's controlling terminal. */
    public static int foregroundGroup(CallState state, int fd) {
        try {
            return state.outcome((int) GET.invokeExact(state.segment, fd));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** Makes {@code group} the terminal's foreground group. A caller in the background must ignore SIGTTOU. */
    public static int setForegroundGroup(CallState state, int fd, int group) {
        try {
            return state.outcome((int) SET.invokeExact(state.segment, fd, group));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }
}
