package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;

/** The foreground process group of the controlling terminal: tcgetpgrp(3), tcsetpgrp(3). */
public final class Terminal {
    private static final CFunction GET = CFunction.of(Libc.tcgetpgrp$address(), Libc.tcgetpgrp$descriptor());
    private static final CFunction SET = CFunction.of(Libc.tcsetpgrp$address(), Libc.tcsetpgrp$descriptor());

    private Terminal() {}

    /** The terminal's foreground group; the negated errno if {@code fd} is not this process's controlling terminal. */
    public static int foregroundGroup(CallState state, int fd) {
        return GET.call(state, fd);
    }

    /** Makes {@code group} the terminal's foreground group. A caller in the background must ignore SIGTTOU. */
    public static int setForegroundGroup(CallState state, int fd, int group) {
        return SET.call(state, fd, group);
    }
}
