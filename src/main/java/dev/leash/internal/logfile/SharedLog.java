package dev.leash.internal.logfile;

import dev.leash.internal.events.Log;
import dev.leash.internal.sys.FileErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One file with all who write to it. A block of lines is written as a whole before the next, and the file is rotated
 * between two lines. For any thread.
 */
final class SharedLog {
    /** Between two tries of a rotation that was refused. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final LogFileOpener opener;
    private final Path path;
    private final OldFiles old;
    private final ReentrantLock lock = new ReentrantLock();
    private final Losses losses = new Losses();
    private LogSettings settings;
    private LogTarget target;
    private boolean withinLine;
    private boolean rotationRefused;
    private long rotationRetryAt;
    private boolean closed;

    private SharedLog(LogFileOpener opener, Path path, LogSettings settings, LogTarget target) {
        this.opener = opener;
        this.path = path;
        this.old = new OldFiles(path);
        this.settings = settings;
        this.target = target;
        this.withinLine = target.endsWithinLine();
    }

    static SharedLog open(LogSettings settings, byte[] nativePath) throws IOException {
        return Uninterrupted.run(() -> {
            LogFileOpener given = new LogFileOpener(settings.path(), nativePath);
            LogTarget target = given.open();
            Path real = given.realPath(target);
            return new SharedLog(new LogFileOpener(real, nativePath), real, settings, target);
        });
    }

    Path path() {
        return path;
    }

    /** Somebody opens it with these settings, too; if the file was moved away, it is opened anew. */
    void adopt(LogSettings newest) throws IOException {
        exclusively(() -> {
            settings = newest;
            if (target instanceof AppendedFile file && !file.isInPlace()) {
                change(opener.open());
            }
        });
    }

    void reopen() throws IOException {
        exclusively(() -> change(opener.open()));
    }

    private void change(LogTarget fresh) {
        if (closed) {
            fresh.close();
            return;
        }
        target.close();
        target = fresh;
        withinLine = fresh.endsWithinLine();
    }

    /** Whole lines. They are written, or counted as lost: it never fails. */
    void write(byte[] lines, int length) {
        try {
            exclusively(() -> {
                if (!closed) {
                    writeOrLose(ByteBuffer.wrap(lines, 0, length));
                }
            });
        } catch (IOException e) {
            throw new AssertionError("handled within", e);
        }
    }

    private void writeOrLose(ByteBuffer lines) {
        if (!losses.mayTry(System.nanoTime())) {
            losses.add(lines.remaining());
            return;
        }
        try {
            noteLosses();
            writeLines(lines);
        } catch (IOException e) {
            String why = FileErrors.text(e);
            if (losses.begin(why, lines.remaining(), System.nanoTime())) {
                Log.warning("The log file " + path + " cannot be written: " + why
                        + ". The service runs on, and what it writes is lost until that has ended.");
            }
        }
    }

    private void noteLosses() throws IOException {
        if (losses.isGoingOn()) {
            byte[] note = ("leash: " + losses.line() + "\n").getBytes(StandardCharsets.UTF_8);
            writeLines(ByteBuffer.wrap(note));
            losses.end();
        }
    }

    private void writeLines(ByteBuffer lines) throws IOException {
        if (withinLine) {
            writeAll(ByteBuffer.wrap(new byte[] {'\n'}));
        }
        while (lines.hasRemaining()) {
            int length = target instanceof AppendedFile file ? next(file, lines) : lines.remaining();
            writeAll(lines.slice(lines.position(), length), lines);
        }
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        writeAll(bytes, ByteBuffer.allocate(0));
    }

    /** @param of what {@code part} is the beginning of: it moves on with it, as far as that is written */
    private void writeAll(ByteBuffer part, ByteBuffer of) throws IOException {
        while (part.hasRemaining()) {
            int before = part.position();
            target.write(part, !losses.isGoingOn());
            int count = part.position() - before;
            if (count > 0) {
                withinLine = part.get(part.position() - 1) != '\n';
                of.position(of.position() + Math.min(count, of.remaining()));
            }
        }
    }

    /** How many bytes of {@code lines} go to the file that is current then. */
    private int next(AppendedFile file, ByteBuffer lines) throws IOException {
        int from = lines.arrayOffset() + lines.position();
        int to = from + lines.remaining();
        long size = file.size();
        boolean tooOld = size > 0 && file.isOlderThan(settings.maxAge());
        int fitting = tooOld ? 0 : Lines.fitting(lines.array(), from, to, settings.maxSize() - size);
        if (fitting > 0) {
            return fitting;
        }
        if (size > 0 && !rotated(file)) {
            return lines.remaining(); // goes on in the old file
        }
        if (!(target instanceof AppendedFile current)) {
            return lines.remaining();
        }
        fitting = Lines.fitting(lines.array(), from, to, settings.maxSize() - current.size());
        return fitting > 0 ? fitting : Lines.first(lines.array(), from, to);
    }

    private boolean rotated(AppendedFile file) {
        long now = System.nanoTime();
        if (rotationRefused && now - rotationRetryAt < 0) {
            return false;
        }
        try {
            rotate(file);
            rotationRefused = false;
            return true;
        } catch (IOException e) {
            if (!rotationRefused) {
                Log.warning("The log file " + path + " cannot be rotated: " + FileErrors.text(e)
                        + ". It goes on beyond its size, and Leash tries again from time to time.");
            }
            rotationRefused = true;
            rotationRetryAt = now + RETRY_NANOS;
            return false;
        }
    }

    private void rotate(AppendedFile file) throws IOException {
        if (!file.isInPlace()) {
            change(opener.open()); // another program has moved it
        } else if (settings.keep() == 0) {
            file.truncate();
        } else {
            old.shift(settings.keep());
            try {
                change(file.successor(old.number(1)));
            } catch (IOException e) {
                old.unshift(); // where users look for it; and the next try finds a gap, and so pushes out no file
                throw e;
            }
        }
    }

    /** The last who writes to it has left. */
    void close() {
        try {
            exclusively(() -> {
                try {
                    noteLosses();
                } catch (IOException e) {
                    Log.warning("The log file " + path + " ends incomplete: " + losses.line() + ".");
                }
                closed = true;
                target.close();
            });
        } catch (IOException e) {
            throw new AssertionError("handled within", e);
        }
    }

    /** What one thread at a time does. */
    private interface Action {
        void run() throws IOException;
    }

    private void exclusively(Action action) throws IOException {
        boolean ignored = Uninterrupted.run(() -> {
            lock.lock();
            try {
                action.run();
                return true;
            } finally {
                lock.unlock();
            }
        });
    }
}
