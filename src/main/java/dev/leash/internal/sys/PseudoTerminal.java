package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.winsize;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The master side of a pseudo-terminal, see pty(7). */
public final class PseudoTerminal {
    private static final int LONGEST_NAME = 64;

    /** Not in the bindings, as it is no plain number in the headers: _IOW('T', 0x31, int). */
    private static final long TIOCSPTLCK = 0x40045431;

    private static final CFunction OPEN = CFunction.of(Libc.posix_openpt$address(), Libc.posix_openpt$descriptor());
    private static final CFunction GRANT = CFunction.of(Libc.grantpt$address(), Libc.grantpt$descriptor());
    private static final CFunction UNLOCK = CFunction.of(Libc.unlockpt$address(), Libc.unlockpt$descriptor());
    private static final CFunction NAME = CFunction.of(Libc.ptsname_r$address(), Libc.ptsname_r$descriptor());
    private static final CFunction IOCTL = CFunction.variadic(Libc.ioctl.address());

    private PseudoTerminal() {}

    /** A new master, close-on-exec, whose slave may be opened; or the negated errno. */
    public static int open(CallState state) {
        int fd = openLocked(state);
        if (fd < 0) {
            return fd;
        }
        int unlocked = UNLOCK.call(state, fd);
        if (unlocked < 0) {
            Descriptors.close(state, fd);
            return unlocked;
        }
        return fd;
    }

    /** The same, whose slave nobody may open, with EIO, as long as it is {@linkplain #setLocked locked}. */
    public static int openLocked(CallState state) {
        int flags = Libc.O_RDWR() | Libc.O_NOCTTY() | Libc.O_CLOEXEC();
        int fd = Descriptors.raise(state, OPEN.call(state, flags));
        if (fd < 0) {
            return fd;
        }
        int granted = GRANT.call(state, fd);
        if (granted < 0) {
            Descriptors.close(state, fd);
            return granted;
        }
        return fd;
    }

    /** Locks or unlocks the slave of {@code master}. 0 or the negated errno. */
    public static int setLocked(CallState state, int master, boolean locked) {
        Struct lock = state.scratch;
        lock.setInt(0, locked ? 1 : 0);
        return IOCTL.call(state, master, TIOCSPTLCK, lock.address());
    }

    /** The slave's path. */
    public static byte[] slave(int master) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment name = scratch.allocate(LONGEST_NAME);
            int error = NAME.call(CallState.UNREAD, master, name.address(), LONGEST_NAME);
            if (error != 0) {
                throw new IllegalStateException("ptsname_r: " + Errno.name(error));
            }
            long length = 0;
            while (name.get(ValueLayout.JAVA_BYTE, length) != 0) {
                length++;
            }
            return name.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** The columns in the upper half and the rows in the lower; the negated errno if {@code fd} is no terminal. */
    public static int size(CallState state, int fd) {
        try (Arena scratch = Arena.ofConfined()) {
            Struct size = Struct.of(scratch, winsize.layout());
            int result = IOCTL.call(state, fd, Libc.TIOCGWINSZ(), size.address());
            return result < 0
                    ? result
                    : (size.getShort(winsize.ws_col$offset()) & 0x7fff) << 16
                            | (size.getShort(winsize.ws_row$offset()) & 0xffff);
        }
    }

    /** Sets the size; the foreground group gets SIGWINCH if that changes it. 0 or the negated errno. */
    public static int resize(CallState state, int master, int columns, int rows) {
        Struct size = state.scratch;
        size.setLong(0, 0); // no pixels
        size.setShort(winsize.ws_col$offset(), columns);
        size.setShort(winsize.ws_row$offset(), rows);
        return IOCTL.call(state, master, Libc.TIOCSWINSZ(), size.address());
    }
}
