package dev.leash.internal.sys;

import java.io.IOException;

/** A system call has failed and the code can only report it. */
public final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1;

    private final String call;
    private final int errno;

    public SystemCallException(String call, int errno) {
        super(call + ": " + Errno.name(errno) + " (" + Errno.description(errno) + ")" + Refusal.hint(call, errno));
        this.call = call;
        this.errno = errno;
    }

    /** {@code result}, unless it is a negated errno. */
    public static int check(String call, int result) throws SystemCallException {
        if (result < 0) {
            throw new SystemCallException(call, -result);
        }
        return result;
    }

    /** The call that failed. */
    public String call() {
        return call;
    }

    public int errno() {
        return errno;
    }
}
