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
 * A file that whole lines are appended to. A write that fails in the middle, on a disk that is full or at a limit of file
 * size, is taken back, so that the next line does not come to stand behind half of another one. For one thread at a time.
 */
final class LineFile implements Closeable {
    private final int fd;

    /** The same file, to be read, locked and cut. Null for a device, a pipe, or what the caller has open himself. */
    private final @Nullable FileChannel file;

    /** Whether the file may end in a part of a line that could not be taken back. */
    private boolean torn;

    private LineFile(int fd, @Nullable FileChannel file) {
        this.fd = fd;
        this.file = file;
    }

    /**
     * Opens the file, which is made if it is not there.
     *
     * @param name {@link RawText}
     * @param what it is, for messages
     */
    static LineFile open(CallState state, String name, String what) throws IOException {
        int fd = CallersFile.open(state, name, OpenFlags.APPEND, what);
        // By its bytes first, which no Path can express in every locale.
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

    /** A path by which it can be reached, whatever its name is. */
    Path path() {
        return Path.of("/proc/self/fd/" + fd);
    }

    /** Whether it can be read, locked and cut. */
    boolean isRegular() {
        return file != null;
    }

    /** Whether nobody else has it; from then on nobody else can. To be called once. */
    boolean lock() throws IOException {
        try {
            return file == null || file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // somebody in this process has it
        }
    }

    long size() throws IOException {
        return file == null ? 0 : file.size();
    }

    /** All that is in it, from the start. */
    InputStream read() throws IOException {
        return file == null ? InputStream.nullInputStream() : Channels.newInputStream(file.position(0));
    }

    /** Takes off what is behind {@code size}. */
    void cut(long size) throws IOException {
        if (file != null) {
            file.truncate(size);
        }
    }

    /**
     * Appends a line with its end, or nothing.
     *
     * @throws SystemCallException if it could not be written
     */
    void append(byte[] line) throws IOException {
        if (torn) {
            // What has been left there ends here.
            SystemCallException.check("write", write(new byte[] {'\n'}));
            torn = false;
        }
        long before = size();
        int written = write(line);
        if (written < 0) {
            takeBack(before);
            throw new SystemCallException("write", -written);
        }
    }

    private int write(byte[] bytes) {
        try (CallState state = CallState.open()) {
            return Descriptors.writeAll(state, fd, bytes);
        }
    }

    private void takeBack(long size) {
        torn = true;
        try {
            if (file != null && file.size() > size) {
                file.truncate(size);
            }
            torn = file == null;
        } catch (IOException e) {
            // The next line will end what is there.
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
