package dev.leash.cli.batch;

import dev.leash.cli.caller.CallersFile;
import dev.leash.cli.caller.CallersPath;
import dev.leash.cli.io.RawText;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.SystemCallException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that whole lines are appended to. A write that fails in the middle, on a full disk or at the file size
 * limit, is truncated again, so that the next line does not follow half of another one. For one thread at a time.
 */
final class LineFile implements Closeable {
    private final int fd;

    /** The same file, to be read, locked and truncated. Null for a device, a pipe, or a descriptor of the caller. */
    private final @Nullable FileChannel file;

    /** Whether the file may end in a part of a line that could not be truncated. */
    private boolean torn;

    private LineFile(int fd, @Nullable FileChannel file) {
        this.fd = fd;
        this.file = file;
    }

    /**
     * Opens the file, and creates it if it does not exist.
     *
     * @param name {@link RawText}
     * @param what what the file is, for messages
     */
    static LineFile open(CallState state, String name, String what) throws IOException {
        int fd = CallersFile.open(state, name, OpenFlags.APPEND, what);
        // Opened by the bytes of its name first, because a Path cannot express all names in every locale.
        String again = "/proc/self/fd/" + fd;
        if (CallersPath.descriptor(name) >= 0 || !Files.isRegularFile(Path.of(again))) {
            return new LineFile(fd, null);
        }
        try {
            return new LineFile(fd, new RandomAccessFile(again, "rw").getChannel());
        } catch (IOException e) {
            throw new IOException("cannot open " + what + " " + RawText.text(name) + " to read and write it", e);
        }
    }

    /** A path that opens the file, whatever its name is. */
    Path path() {
        return Path.of("/proc/self/fd/" + fd);
    }

    /** Whether it can be read, locked and truncated. */
    boolean isRegular() {
        return file != null;
    }

    /** Locks the file; false if another process has locked it. To be called once. */
    boolean lock() throws IOException {
        try {
            return file == null || file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // other code in this process has locked it
        }
    }

    long size() throws IOException {
        return file == null ? 0 : file.size();
    }

    /** Its content, from the start. */
    InputStream read() throws IOException {
        return file == null ? InputStream.nullInputStream() : Channels.newInputStream(file.position(0));
    }

    /** Truncates the file to {@code size} bytes. */
    void cut(long size) throws IOException {
        if (file != null) {
            file.truncate(size);
        }
    }

    /**
     * Appends a line with its line end, completely or not at all.
     *
     * @throws SystemCallException if it could not be written
     */
    void append(byte[] line) throws IOException {
        if (torn) {
            // Ends the part of a line that is left there.
            SystemCallException.check("write", write(new byte[] {'\n'}));
            torn = false;
        }
        long before = size();
        int written = write(line);
        if (written < 0) {
            truncateTo(before);
            throw new SystemCallException("write", -written);
        }
    }

    private int write(byte[] bytes) {
        try (CallState state = CallState.open()) {
            return Descriptors.writeAll(state, fd, bytes);
        }
    }

    private void truncateTo(long size) {
        torn = true;
        try {
            if (file != null && file.size() > size) {
                file.truncate(size);
            }
            torn = file == null;
        } catch (IOException e) {
            // The next call of append will end that part.
        }
    }

    @Override
    public void close() throws IOException {
        try (CallState state = CallState.open()) {
            Descriptors.close(state, fd);
        }
        if (file != null) {
            file.close();
        }
    }
}
