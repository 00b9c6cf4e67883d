package dev.leash.cli.batch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The start of a line whose end has not come yet: in memory, and in a file if it gets long. For one thread. */
final class HeldLine {
    /** The memory for a line that was longer is given back. */
    private static final int SMALL = 4 << 10;

    private final LineSpool spool;
    private final int inMemory;
    private final long atMost;
    private ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private LineSpool.@Nullable Text file;

    /**
     * An empty line.
     *
     * @param inMemory from how many bytes on the line goes into the file
     * @param atMost how many bytes the file may hold of it
     */
    HeldLine(LineSpool spool, int inMemory, long atMost) {
        this.spool = spool;
        this.inMemory = inMemory;
        this.atMost = atMost;
    }

    /**
     * Adds bytes. False if they would make the line too long, or the file cannot be written, and then none is added:
     * the caller then has to write the line and clear it.
     */
    boolean add(byte[] bytes, int from, int length) {
        if (memory.size() + length < inMemory) {
            memory.write(bytes, from, length);
            return true;
        }
        if (size() + length > atMost) {
            return false;
        }
        try {
            LineSpool.Text text = file == null ? spool.text() : file;
            file = text;
            text.append(memory.toByteArray(), Arrays.copyOfRange(bytes, from, from + length));
        } catch (IOException e) {
            return false;
        }
        forget();
        return true;
    }

    long size() {
        return memory.size() + (file == null ? 0 : file.size());
    }

    void writeTo(OutputStream target) throws IOException {
        if (file != null) {
            file.writeTo(target);
        }
        memory.writeTo(target);
    }

    /** Whether the whole line is in memory. */
    boolean isShort() {
        return file == null || file.size() == 0;
    }

    void clear() {
        forget();
        if (file != null) {
            file.release();
            file = null;
        }
    }

    private void forget() {
        if (memory.size() > SMALL) {
            memory = new ByteArrayOutputStream();
        } else {
            memory.reset();
        }
    }
}
