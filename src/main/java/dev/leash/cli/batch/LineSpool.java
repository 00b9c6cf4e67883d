package dev.leash.cli.batch;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A temporary file for the starts of lines that are too long to be held in memory. Its name has been removed. All
 * streams of a batch share one, because each descriptor counts that the jobs could have. For any thread.
 */
public final class LineSpool {
    private static final int BLOCK = 64 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final BitSet used = new BitSet();
    private @Nullable RandomAccessFile file;
    private @Nullable Cleaner cleaner;

    /** An empty text. It gives its part of the file back when it is released, or unreachable. */
    Text text() throws IOException {
        lock.lock();
        try {
            if (file == null) {
                file = create();
            }
            if (cleaner == null) {
                cleaner = Cleaner.create();
            }
            Blocks blocks = new Blocks(file);
            Text text = new Text(blocks);
            text.cleanable = cleaner.register(text, blocks);
            return text;
        } finally {
            lock.unlock();
        }
    }

    /** How long the file is now. */
    long size() throws IOException {
        lock.lock();
        try {
            return file == null ? 0 : file.length();
        } finally {
            lock.unlock();
        }
    }

    private static RandomAccessFile create() throws IOException {
        Path path = Files.createTempFile("leash-line", null);
        try {
            return new RandomAccessFile(path.toFile(), "rw");
        } finally {
            Files.delete(path);
        }
    }

    /** A part of the file. For one thread. */
    static final class Text {
        private final Blocks blocks;
        private Cleaner.@Nullable Cleanable cleanable;
        private long size;

        private Text(Blocks blocks) {
            this.blocks = blocks;
        }

        long size() {
            return size;
        }

        /** Appends all of {@code bytes}, or nothing. */
        void append(byte[]... bytes) throws IOException {
            long end = size;
            for (byte[] piece : bytes) {
                blocks.write(end, piece);
                end += piece.length;
            }
            size = end;
        }

        void writeTo(OutputStream target) throws IOException {
            byte[] piece = new byte[BLOCK];
            for (long at = 0; at < size; at += BLOCK) {
                int count = (int) Math.min(BLOCK, size - at);
                blocks.read(at, piece, count);
                target.write(piece, 0, count);
            }
        }

        void release() {
            if (cleanable != null) {
                cleanable.clean();
            }
        }
    }

    /** Where the text is in the file. It does not refer to the text, which may become unreachable. */
    private final class Blocks implements Runnable {
        private final RandomAccessFile to;
        private final List<Integer> numbers = new ArrayList<>();

        Blocks(RandomAccessFile to) {
            this.to = to;
        }

        void write(long position, byte[] bytes) throws IOException {
            lock.lock();
            try {
                for (int from = 0; from < bytes.length; ) {
                    long at = position + from;
                    int index = (int) (at / BLOCK);
                    if (index == numbers.size()) {
                        int number = used.nextClearBit(0);
                        used.set(number);
                        numbers.add(number);
                    }
                    int within = (int) (at % BLOCK);
                    int count = Math.min(bytes.length - from, BLOCK - within);
                    to.seek((long) numbers.get(index) * BLOCK + within);
                    to.write(bytes, from, count);
                    from += count;
                }
            } finally {
                lock.unlock();
            }
        }

        void read(long position, byte[] bytes, int count) throws IOException {
            lock.lock();
            try {
                to.seek((long) numbers.get((int) (position / BLOCK)) * BLOCK);
                to.readFully(bytes, 0, count);
            } finally {
                lock.unlock();
            }
        }

        /** Gives all blocks back. */
        @Override
        public void run() {
            lock.lock();
            try {
                numbers.forEach(used::clear);
                numbers.clear();
                if (used.isEmpty()) {
                    to.setLength(0);
                }
            } catch (IOException e) {
                // The space is used again by other lines, or freed at the end.
            } finally {
                lock.unlock();
            }
        }
    }
}
