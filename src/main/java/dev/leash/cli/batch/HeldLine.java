package dev.leash.cli.batch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The start of a line whose end has not come yet. It is held in memory and, if it gets long, in a temporary file
 * whose name has been removed. For one thread.
 */
final class HeldLine {
    private static final int PIECE = 64 << 10;

    private final int inMemory;
    private final long atMost;
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private @Nullable RandomAccessFile file;
    private long inFile;

    /**
     * An empty line.
     *
     * @param inMemory from how many bytes on the line goes into the file
     * @param atMost how many bytes the file may hold
     */
    HeldLine(int inMemory, long atMost) {
        this.inMemory = inMemory;
        this.atMost = atMost;
    }

    /**
     * Adds bytes. False if the line is too long now, or the file cannot be written: the caller then has to write the
     * line and clear it.
     */
    boolean add(byte[] bytes, int from, int length) {
        memory.write(bytes, from, length);
        if (memory.size() < inMemory) {
            return true;
        }
        if (inFile + memory.size() > atMost) {
            return false;
        }
        try {
            RandomAccessFile target = file == null ? create() : file;
            file = target;
            target.seek(inFile);
            target.write(memory.toByteArray());
        } catch (IOException e) {
            return false; // bytes written to the file meanwhile do not count
        }
        inFile += memory.size();
        memory.reset();
        return true;
    }

    private static RandomAccessFile create() throws IOException {
        Path path = Files.createTempFile("leash-line", null);
        try {
            return new RandomAccessFile(path.toFile(), "rw");
        } finally {
            Files.delete(path);
        }
    }

    boolean isEmpty() {
        return memory.size() == 0 && inFile == 0;
    }

    void writeTo(OutputStream target) throws IOException {
        if (file != null) {
            byte[] piece = new byte[PIECE];
            file.seek(0);
            for (long left = inFile; left > 0; ) {
                int count = (int) Math.min(left, piece.length);
                file.readFully(piece, 0, count);
                target.write(piece, 0, count);
                left -= count;
            }
        }
        target.write(memory.toByteArray());
    }

    /** Whether the whole line is in memory. */
    boolean isShort() {
        return inFile == 0;
    }

    void clear() {
        memory.reset();
        inFile = 0;
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                // The file is no longer needed.
            }
            file = null;
        }
    }
}
