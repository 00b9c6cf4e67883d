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
 * Holds children up between fork and exec, so that something can be done to them before their first instruction. A child
 * is told to open two files before it executes its program: a FIFO, which takes until somebody opens its other end, and a
 * permit, without which the start fails. The permit is a descriptor of this JVM, so there is none if the JVM was killed while
 * the child waited and the guardian has let it pass.
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

    /** A gate in the folder for temporary files. */
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
        for (Path gate : JvmName.stale(folder, PREFIX)) {
            remove(gate); // but for another user's: he may remove it
        }
    }

    private static void remove(Path gate) {
        try {
            Files.deleteIfExists(gate);
        } catch (IOException e) {
            // A file without content is left in the folder for such.
        }
    }

    private static byte[] bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** How the names of all gates of this JVM begin, with the folder. */
    @Override
    public String place() {
        String path = fifo.toString();
        return path.substring(0, path.length() - id().length());
    }

    /** How the name of this one goes on: letters and digits. */
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

    /** Lets a child pass that waits at this moment. */
    void open() throws IOException {
        // For both reading and writing: that waits for nobody.
        new RandomAccessFile(fifo.toFile(), "rw").close();
    }

    /** From now on whoever passes fails to start. */
    void refuse() {
        try (CallState state = CallState.open()) {
            // The number stays taken, by something that cannot be opened.
            EventFd closed = EventFd.open(state);
            int replaced = Descriptors.replace(state, closed.fd(), permit);
            closed.close(state);
            SystemCallException.check("dup3", replaced); // else it would pass
        } catch (SystemCallException e) {
            throw new IllegalStateException("a child cannot be refused", e);
        }
    }

    /** No child will come any more. */
    public void dismantle() {
        try (CallState state = CallState.open()) {
            Descriptors.close(state, permit);
        }
        remove(fifo);
    }
}
