package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.winsize;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The master's side of a pseudo-terminal, see pty(7). */
public final class PseudoTerminal {
    private static final int LONGEST_NAME = 64;

    private static final MethodHandle OPEN =
            Downcall.withErrno(Libc.posix_openpt$address(), Libc.posix_openpt$descriptor());
    private static final MethodHandle GRANT = Downcall.withErrno(Libc.grantpt$address(), Libc.grantpt$descriptor());
    private static final MethodHandle UNLOCK = Downcall.withErrno(Libc.unlockpt$address(), Libc.unlockpt$descriptor());
    private static final MethodHandle NAME = Downcall.plain(Libc.ptsname_r$address(), Libc.ptsname_r$descriptor());
    private static final MethodHandle IOCTL = Downcall.variadicWithErrno(
            Libc.ioctl.address(),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
            2);

    private PseudoTerminal() {}

    /** A new master, close-on-exec, whose slave may be opened; or the negated errno. */
    public static int open(CallState state) {
        try {
            int flags = Libc.O_RDWR() | Libc.O_NOCTTY() | Libc.O_CLOEXEC();
            int fd = Descriptors.raise(state, state.outcome((int) OPEN.invokeExact(state.segment, flags)));
            if (fd < 0) {
                return fd;
            }
            int granted = state.outcome((int) GRANT.invokeExact(state.segment, fd));
            int unlocked = state.outcome((int) UNLOCK.invokeExact(state.segment, fd));
            if (granted < 0 || unlocked < 0) {
                Descriptors.close(state, fd);
                return Math.min(granted, unlocked);
            }
            return fd;
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** The slave's path. */
    public static byte[] slave(int master) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment name = scratch.allocate(LONGEST_NAME);
            int error = (int) NAME.invokeExact(master, name, (long) LONGEST_NAME);
            if (error != 0) {
                throw new IllegalStateException("ptsname_r: " + Errno.name(error));
            }
            long length = 0;
            while (name.get(ValueLayout.JAVA_BYTE, length) != 0) {
                length++;
            }
            return name.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** The columns in the upper half and the rows in the lower; the negated errno if {@code fd} is no terminal. */
    public static int size(CallState state, int fd) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment size = winsize.allocate(scratch);
            int result = state.outcome((int) IOCTL.invokeExact(state.segment, fd, (long) Libc.TIOCGWINSZ(), size));
            return result < 0 ? result : (winsize.ws_col(size) & 0x7fff) << 16 | (winsize.ws_row(size) & 0xffff);
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }

    /** Sets the size; the foreground group gets SIGWINCH if that changes it. 0 or the negated errno. */
    public static int resize(CallState state, int master, int columns, int rows) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment size = winsize.allocate(scratch);
            winsize.ws_col(size, (short) columns);
            winsize.ws_row(size, (short) rows);
            return state.outcome((int) IOCTL.invokeExact(state.segment, master, (long) Libc.TIOCSWINSZ(), size));
        } catch (Throwable thrown) {
            throw Downcall.failed(thrown);
        }
    }
}
