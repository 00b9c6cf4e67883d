package dev.leash.internal.start;

import dev.leash.internal.contain.Cookie;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.proc.JvmName;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.EventFd;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Holds children between fork and exec, so that hooks can act on them before their first instruction. A child has to
 * open two files before it executes its program: a FIFO, which blocks until another thread opens its other end, and a
 * permit, without which the start fails. The permit is a descriptor of this JVM, so it is missing if the JVM was
 * killed while the child waited and the guardian has let the child pass.
 *
 * <p>For the threads of one start.
 */
public final class ExecFifo implements GuardianTable.Fifo {
    private static final String PREFIX = "leash-gate-";
    private static final byte[] DEV_NULL = "/dev/null".getBytes(StandardCharsets.US_ASCII);

    private static final AtomicBoolean SWEPT = new AtomicBoolean();

    private final Path fifo;
    private final int permit;

    private ExecFifo(Path fifo, int permit) {
        this.fifo = fifo;
        this.permit = permit;
    }

    /** A fifo in the directory for temporary files. */
    public static ExecFifo create() throws IOException {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        if (SWEPT.compareAndSet(false, true)) {
            removeStale(folder);
        }
        Path fifo =
                folder.resolve(PREFIX + JvmName.own() + "-" + Cookie.create().id());
        try (CallState state = CallState.open()) {
            SystemCallException.check("mkfifo " + fifo, Descriptors.makeFifo(state, bytes(fifo)));
            int permit = Descriptors.open(state, DEV_NULL, OpenFlags.READ);
            if (permit < 0) {
                Files.deleteIfExists(fifo);
            }
            return new ExecFifo(fifo, SystemCallException.check("open /dev/null", permit));
        }
    }

    private static void removeStale(Path folder) throws IOException {
        for (Path fifo : JvmName.stale(folder, PREFIX)) {
            remove(fifo); // fails for another user's, which only that user can remove
        }
    }

    private static void remove(Path fifo) {
        try {
            Files.deleteIfExists(fifo);
        } catch (IOException e) {
            // An empty file is left in the directory for temporary files.
        }
    }

    private static byte[] bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The common prefix of the paths of all fifos of this JVM. */
    @Override
    public String place() {
        String path = fifo.toString();
        return path.substring(0, path.length() - id().length());
    }

    /** The rest of this fifo's path: letters and digits. */
    @Override
    public String id() {
        String name = fifo.getFileName().toString();
        return name.substring(name.lastIndexOf('-') + 1);
    }

    /** The files that the child has to open, in this order, before it executes its program. */
    public List<byte[]> files() {
        long self = ProcessHandle.current().pid();
        return List.of(bytes(fifo), bytes(Path.of("/proc", Long.toString(self), "fd", Integer.toString(permit))));
    }

    /** Lets the child pass that is waiting at this moment. */
    void open() throws IOException {
        // Opened for both reading and writing, which does not wait for another process.
        new RandomAccessFile(fifo.toFile(), "rw").close();
    }

    /** From now on a child that passes fails to start. */
    void refuse() {
        try (CallState state = CallState.open()) {
            // The number stays in use, by a descriptor that cannot be opened by path.
            EventFd closed = EventFd.open(state);
            int replaced = Descriptors.replace(state, closed.fd(), permit);
            closed.close(state);
            SystemCallException.check("dup3", replaced); // otherwise the child would pass
        } catch (SystemCallException e) {
            throw new IllegalStateException("a child cannot be refused", e);
        }
    }

    /** Removes the files, when no child will come any more. */
    public void dismantle() {
        try (CallState state = CallState.open()) {
            Descriptors.close(state, permit);
        }
        remove(fifo);
    }
}
