package dev.leash.internal.logfile;

import dev.leash.internal.io.ChunkConsumer;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The log file of one service, open from before its first start until it has ended for good. For any thread but a
 * loop's: everything here may wait for the file.
 */
public final class OpenLog implements AutoCloseable {
    private final SharedLog file;
    private final boolean timestamps;
    private final Set<LogSink> sinks = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    private OpenLog(SharedLog file, boolean timestamps) {
        this.file = file;
        this.timestamps = timestamps;
    }

    /**
     * Opens the file, or joins those of this JVM who write it already; then these settings hold for all of them.
     *
     * @param path that of {@code settings}, as the kernel has it
     * @throws IOException saying which file, and why it cannot be opened
     */
    public static OpenLog of(LogSettings settings, byte[] path) throws IOException {
        return new OpenLog(SharedLogs.join(settings, path), settings.timestamps());
    }

    /** Where one stream of one run goes. It never throws. */
    public ChunkConsumer sink() {
        LogSink sink = new LogSink(this, timestamps);
        sinks.add(sink);
        return sink;
    }

    /**
     * Opens the file anew by its path, from which another program has moved it away.
     *
     * @throws IOException saying which file, and why it cannot be opened; the log then goes on in the one it had
     */
    public void reopen() throws IOException {
        file.reopen();
    }

    void write(byte[] lines, int length) {
        if (!closed.get()) {
            file.write(lines, length);
        }
    }

    void ended(LogSink sink) {
        sinks.remove(sink);
    }

    /** The service will not write any more. What a run that was given up has left is written. A second call does nothing. */
    @Override
    public void close() {
        for (LogSink sink : sinks) {
            sink.finish();
        }
        if (closed.compareAndSet(false, true)) {
            SharedLogs.leave(file);
        }
    }
}
