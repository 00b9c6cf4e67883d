package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Calls on any descriptor: read(2), write(2), close(2), pipe2(2), fcntl(2). */
public final class Descriptors {
    /** The lowest number Leash uses for a descriptor of its own: 0 to 2 are the standard streams, even when closed. */
    private static final int FIRST_OWN = 3;

    /** The umask clears bits of it, as for any program that makes a file. */
    private static final int NEW_FILE_MODE = 0666;

    private static final CFunction READ = CFunction.of(Libc.read$address(), Libc.read$descriptor());
    private static final CFunction WRITE = CFunction.of(Libc.write$address(), Libc.write$descriptor());
    private static final CFunction CLOSE = CFunction.of(Libc.close$address(), Libc.close$descriptor());
    private static final CFunction PIPE2 = CFunction.of(Libc.pipe2$address(), Libc.pipe2$descriptor());
    private static final CFunction FCNTL = CFunction.variadic(Libc.fcntl.address());

    /** More than the size of any file that is read as a whole. */
    private static final int SMALL_FILE_BYTES = 4096;

    private Descriptors() {}

    /** Bytes read, 0 at the end of file, or the negated errno. Reads at most the size of {@code buffer}. */
    public static int read(CallState state, int fd, MemorySegment buffer) {
        assert buffer.isNative() : buffer;
        try {
            return (int) READ.callLong(state, fd, buffer.address(), buffer.byteSize());
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** Bytes written, or the negated errno. */
    public static int write(CallState state, int fd, MemorySegment buffer) {
        assert buffer.isNative() : buffer;
        try {
            return (int) WRITE.callLong(state, fd, buffer.address(), buffer.byteSize());
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /** Writes one character to a file of the kernel. 0 or the negated errno. */
    public static int write(CallState state, int fd, char character) {
        MemorySegment one = state.page().asSlice(0, 1);
        one.set(ValueLayout.JAVA_BYTE, 0, (byte) character);
        return Math.min(0, write(state, fd, one));
    }

    /**
     * Writes all of {@code bytes}, also to a descriptor that its owner has made non-blocking; 0 or the negated errno.
     */
    public static int writeAll(CallState state, int fd, byte[] bytes) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment rest = scratch.allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
            MemorySegment.copy(bytes, 0, rest, ValueLayout.JAVA_BYTE, 0, bytes.length);
            while (rest.byteSize() > 0) {
                int count = write(state, fd, rest);
                if (count >= 0) {
                    rest = rest.asSlice(count);
                } else if (count == -Errno.EAGAIN) {
                    Clock.sleep(1_000_000);
                } else if (count != -Errno.EINTR) {
                    return count;
                }
            }
            return 0;
        }
    }

    /** Bytes written of the {@code length} from {@code start} on, or the negated errno. */
    public static int writeSome(CallState state, int fd, byte[] bytes, int start, int length) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment copy = scratch.allocate(Math.max(1, length)).asSlice(0, length);
            MemorySegment.copy(bytes, start, copy, ValueLayout.JAVA_BYTE, 0, length);
            return write(state, fd, copy);
        }
    }

    /** Opens a file for reading, close-on-exec; its descriptor, or the negated errno. */
    public static int openToRead(CallState state, byte[] path) {
        MemorySegment page = state.page();
        if (path.length >= SMALL_FILE_BYTES) {
            return -Errno.ENAMETOOLONG;
        }
        // One access to native memory: where the JVM interprets them, each takes microseconds, and kills come here.
        MemorySegment.copy(Arrays.copyOf(path, path.length + 1), 0, page, ValueLayout.JAVA_BYTE, 0, path.length + 1);
        int flags = Libc.O_RDONLY() | Libc.O_CLOEXEC();
        return raise(state, Rare.OPEN.call(state, page.address(), flags, 0));
    }

    /** The current content of a small file of the kernel, from its start; empty if it cannot be read. */
    public static String reread(CallState state, int fd) {
        // If lseek(2) fails, the read fails too or finds the end: the content is then empty, which proves nothing.
        long ignored = Rare.LSEEK.callLong(state, fd, 0L, Libc.SEEK_SET());
        byte[] bytes = readSmall(state, fd, SMALL_FILE_BYTES);
        return bytes == null ? "" : new String(bytes, StandardCharsets.US_ASCII);
    }

    /**
     * The content of a small file of the kernel; null if it cannot be read.
     *
     * @param most how many bytes to read at most, up to 4096
     */
    public static byte @Nullable [] readSmall(CallState state, byte[] path, int most) {
        int fd = openToRead(state, path);
        if (fd < 0) {
            return null;
        }
        byte[] bytes = readSmall(state, fd, most);
        close(state, fd);
        return bytes;
    }

    private static byte @Nullable [] readSmall(CallState state, int fd, int most) {
        MemorySegment buffer = state.page().asSlice(SMALL_FILE_BYTES, most);
        int count = read(state, fd, buffer);
        if (count < 0) {
            return null;
        }
        byte[] bytes = new byte[count];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
        return bytes;
    }

    /**
     * Reads the rest of a file of the kernel, of any size, into {@code all}; 0 or the negated errno. A file that is
     * read in several pieces may change meanwhile.
     */
    public static int readAll(CallState state, int fd, ByteArrayOutputStream all) {
        while (true) {
            MemorySegment buffer = state.page().asSlice(SMALL_FILE_BYTES, SMALL_FILE_BYTES);
            int count = read(state, fd, buffer);
            if (count <= 0) {
                return count;
            }
            all.writeBytes(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** Makes a FIFO that only this user may open. 0 or the negated errno. */
    public static int makeFifo(CallState state, byte[] path) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment name = NativePaths.terminated(scratch, path);
            return Rare.MKFIFO.call(state, name.address(), Libc.S_IRUSR() | Libc.S_IWUSR());
        }
    }

    /** A class of its own: linked only where a child waits at an exec fifo. */
    private static final class Rare {
        static final CFunction OPEN = CFunction.variadic(Libc.open.address());
        static final CFunction LSEEK = CFunction.of(Libc.lseek$address(), Libc.lseek$descriptor());
        static final CFunction DUP3 = CFunction.of(Libc.dup3$address(), Libc.dup3$descriptor());
        static final CFunction MKFIFO = CFunction.of(Libc.mkfifo$address(), Libc.mkfifo$descriptor());
    }

    /** Closes {@code fd}. On Linux the number is free afterwards whatever close(2) returns, so there is no result. */
    public static void close(CallState state, int fd) {
        int ignored = CLOSE.call(state, fd);
    }

    /**
     * A close-on-exec pipe whose ends both have numbers from 3 on, so that they are not in the way of a child's
     * standard streams; or the negated errno in {@link Pipe#readEnd()}.
     */
    public static Pipe pipe(CallState state) {
        Struct ends = state.scratch;
        int made = PIPE2.call(state, ends.address(), Libc.O_CLOEXEC());
        if (made < 0) {
            return new Pipe(made, made);
        }
        int readEnd = raise(state, ends.getInt(0));
        int writeEnd = raise(state, ends.getInt(Integer.BYTES));
        if (readEnd < 0 || writeEnd < 0) {
            closeIfOpen(state, readEnd);
            closeIfOpen(state, writeEnd);
            int error = Math.min(readEnd, writeEnd);
            return new Pipe(error, error);
        }
        return new Pipe(readEnd, writeEnd);
    }

    /** Makes an open file as long as that, see ftruncate(2). 0 or the negated errno: EINVAL if it is no regular file. */
    public static int truncate(CallState state, int fd, long length) {
        return Length.TRUNCATE.call(state, fd, length);
    }

    /** A class of its own: not every start needs it. */
    private static final class Length {
        static final CFunction TRUNCATE = CFunction.of(Libc.ftruncate$address(), Libc.ftruncate$descriptor());
    }

    /**
     * {@code fd}, moved to a number above the standard streams if it has one of theirs; the negated errno if that
     * fails.
     */
    static int raise(CallState state, int fd) {
        if (fd < 0 || fd >= FIRST_OWN) {
            return fd;
        }
        int raised = duplicate(state, fd, FIRST_OWN);
        close(state, fd);
        return raised;
    }

    public static void closeIfOpen(CallState state, int fd) {
        if (fd >= 0) {
            close(state, fd);
        }
    }

    /**
     * Opens a file, close-on-exec; see open(2). Waits where open(2) waits, as for the other end of a fifo.
     *
     * @param flags from {@link OpenFlags}
     */
    public static int open(CallState state, byte[] path, int flags) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment name = NativePaths.terminated(scratch, path);
            int fd;
            do {
                fd = OpenFlags.OPEN.call(
                        state, name.address(), flags | Libc.O_CLOEXEC() | Libc.O_NOCTTY(), NEW_FILE_MODE);
            } while (fd == -Errno.EINTR);
            return raise(state, fd);
        }
    }

    /** Like {@link #open}, without waiting: O_NONBLOCK is set until {@link #setBlocking}. */
    public static int openAtOnce(CallState state, byte[] path, int flags) {
        return open(state, path, flags | Libc.O_NONBLOCK());
    }

    /** Clears O_NONBLOCK of a descriptor that was opened with {@code flags}. */
    public static int setBlocking(CallState state, int fd, int flags) {
        return fcntl(state, fd, Libc.F_SETFL(), flags & Libc.O_APPEND());
    }

    /** Whether {@code fd} is a pipe or a FIFO: nothing else has a pipe's size. */
    public static boolean isPipe(CallState state, int fd) {
        return fcntl(state, fd, Libc.F_GETPIPE_SZ(), 0) >= 0;
    }

    /** Makes a pipe hold up to {@code size} bytes; the kernel refuses more than the user's quota. */
    public static int setPipeSize(CallState state, int fd, int size) {
        return fcntl(state, fd, Libc.F_SETPIPE_SZ(), size);
    }

    /** A close-on-exec duplicate of {@code fd} with the lowest free number not below {@code least}. */
    public static int duplicate(CallState state, int fd, int least) {
        return fcntl(state, fd, Libc.F_DUPFD_CLOEXEC(), least);
    }

    /** Makes {@code target}, which is open, a close-on-exec duplicate of {@code source}, atomically. */
    public static int replace(CallState state, int source, int target) {
        return Rare.DUP3.call(state, source, target, Libc.O_CLOEXEC());
    }

    /** Sets O_NONBLOCK: on the parent's end of a pipe only, because the child shares the flags of its own end. */
    public static int setNonBlocking(CallState state, int fd) {
        return fcntl(state, fd, Libc.F_SETFL(), Libc.O_NONBLOCK());
    }

    /** Sets or clears close-on-exec. */
    public static int setCloseOnExec(CallState state, int fd, boolean closeOnExec) {
        return fcntl(state, fd, Libc.F_SETFD(), closeOnExec ? Libc.FD_CLOEXEC() : 0);
    }

    /** Whether {@code fd} was opened to write, or to read. False also if it is not open. */
    public static boolean allows(CallState state, int fd, boolean writing) {
        int flags = fcntl(state, fd, Libc.F_GETFL(), 0);
        int mode = flags & (Libc.O_RDONLY() | Libc.O_WRONLY() | Libc.O_RDWR());
        return flags >= 0 && (mode == Libc.O_RDWR() || mode == (writing ? Libc.O_WRONLY() : Libc.O_RDONLY()));
    }

    public static boolean isOpen(CallState state, int fd) {
        return fcntl(state, fd, Libc.F_GETFD(), 0) >= 0;
    }

    private static int fcntl(CallState state, int fd, int command, int argument) {
        return FCNTL.call(state, fd, command, argument);
    }

    /** The two ends of a pipe; both negative (the negated errno) if it could not be made. */
    public record Pipe(int readEnd, int writeEnd) {}
}
