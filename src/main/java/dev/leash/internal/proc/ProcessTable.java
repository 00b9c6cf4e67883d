package dev.leash.internal.proc;

import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Every process of this pid namespace, zombies included, as /proc showed them one after the other. Reading takes
 * long: never for the loop's thread. Threads that ask while a table is being read share the next one: if a hundred
 * runs are killed at once, reading a hundred tables would take the processors from the processes that have to end.
 */
public final class ProcessTable {
    private static final Path PROC = Path.of("/proc");
    private static final ReentrantLock READING = new ReentrantLock();
    private static final AtomicLong BEGUN = new AtomicLong();
    private static @Nullable ProcessTable latest;

    private final long number;
    private final List<ProcessEntry> entries;

    private ProcessTable(long number, List<ProcessEntry> entries) {
        this.number = number;
        this.entries = entries;
    }

    /** A table whose reading began after this call. */
    public static ProcessTable fresh() throws IOException {
        long least = BEGUN.get() + 1;
        READING.lock();
        try {
            ProcessTable table = latest;
            if (table == null || table.number < least) {
                table = new ProcessTable(BEGUN.incrementAndGet(), read());
                latest = table;
            }
            return table;
        } finally {
            READING.unlock();
        }
    }

    public List<ProcessEntry> entries() {
        return entries;
    }

    private static List<ProcessEntry> read() throws IOException {
        List<ProcessEntry> entries = new ArrayList<>();
        try (CallState state = CallState.open();
                DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                ProcessEntry entry = ProcessEntry.read(
                        state, Integer.parseInt(process.getFileName().toString()));
                if (entry != null) {
                    entries.add(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        if (entries.isEmpty()) {
            // This process is there, so others may be.
            throw new IOException("no process can be read in " + PROC);
        }
        return entries;
    }
}
