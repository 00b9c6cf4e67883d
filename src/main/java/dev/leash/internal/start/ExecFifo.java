package dev.leash.internal.start;

import dev.leash.internal.contain.Cookie;
import dev.leash.internal.guardian.GuardianTable;
import dev.leash.internal.proc.JvmName;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.Spawn;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds children between fork and exec, so that hooks can act on them before their first instruction. A child has to
 * open two files before it executes its program: a FIFO, which blocks until another thread opens its other end, and a
 * permit, without which the start fails. Anything may open the FIFO and so let the child go on, but only this JVM gives
 * the permit, once the hooks have been run on the child. The permit is missing, too, if
 * the JVM was killed while the child waited and the guardian has let the child go on.
 *
 * <p>For the threads of one start.
 */
public final class ExecFifo implements GuardianTable.Fifo {
    private static final String PREFIX = "leash-gate-";

    private static volatile @Nullable Path folder;

    private final Path fifo;

    /**
     * The FIFO, open to read, which keeps a child waiting: through it the other end can be opened though something has
     * removed the file meanwhile.
     */
    private final int end;

    private final ExecPermit permit;

    private ExecFifo(Path fifo, int end, ExecPermit permit) {
        this.fifo = fifo;
        this.end = end;
        this.permit = permit;
    }

    /**
     * A fifo in the first of these folders that takes one, which is then the folder of all fifos of this JVM, since the
     * guardian knows one only: the JVM's for temporary files, /dev/shm, and that of the user's session. In a container
     * the first may be read-only.
     */
    public static ExecFifo create() throws IOException {
        String name = PREFIX + JvmName.own() + "-" + Cookie.create().id();
        Path settled = folder;
        List<Path> folders = settled == null ? folders() : List.of(settled);
        int refused = 0;
        try (CallState state = CallState.open()) {
            for (Path each : folders) {
                Path fifo = each.resolve(name);
                int made = Descriptors.makeFifo(state, bytes(fifo));
                if (made >= 0) {
                    settleIn(each);
                    return withPermit(state, fifo);
                }
                refused = refused == 0 ? -made : refused;
            }
        }
        throw new SystemCallException("mkfifo " + PREFIX + "… in " + folders, refused);
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        folders.add(Path.of(System.getProperty("java.io.tmpdir")));
        folders.add(Path.of("/dev/shm"));
        String session = System.getenv("XDG_RUNTIME_DIR");
        if (session != null && session.startsWith("/")) {
            folders.add(Path.of(session));
        }
        return folders;
    }

    private static synchronized void settleIn(Path chosen) throws IOException {
        if (folder == null) {
            removeStale(chosen);
            folder = chosen;
        }
    }

    private static ExecFifo withPermit(CallState state, Path fifo) throws IOException {
        ExecFifo made = null;
        int end = -1;
        try {
            end = SystemCallException.check("open " + fifo, Descriptors.openAtOnce(state, bytes(fifo), OpenFlags.READ));
            made = new ExecFifo(fifo, end, ExecPermit.create(state));
            return made;
        } finally {
            if (made == null) {
                Descriptors.closeIfOpen(state, end);
                remove(fifo);
            }
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
        return List.of(bytes(fifo), permit.path());
    }

    /** Lets the child go on that is waiting at this moment. It passes if it has a permit. */
    void open() throws IOException {
        byte[] path = ("/proc/self/fd/" + end).getBytes(StandardCharsets.US_ASCII);
        try (CallState state = CallState.open()) {
            // For both reading and writing, which does not wait for another process.
            int opened = Descriptors.open(state, path, Spawn.readWrite());
            Descriptors.close(state, SystemCallException.check("open " + fifo, opened));
        }
    }

    /** From now on a child that goes on executes its program. */
    void permit() {
        change(permit::give);
    }

    /** From now on a child that goes on fails to start, as it does before {@link #permit}. */
    void refuse() {
        change(permit::take);
    }

    private interface Change {
        void by(CallState state) throws SystemCallException;
    }

    private static void change(Change change) {
        try (CallState state = CallState.open()) {
            change.by(state);
        } catch (SystemCallException e) {
            throw new IllegalStateException("the permit of a child cannot be changed", e);
        }
    }

    /** Says why no child can be held. */
    IOException isOpenedByOthers() {
        return new IOException("another process opens " + fifo
                + " all the time, at which a child has to wait until it is" + " in its cgroup and has its settings");
    }

    /** Why no child can come to it; null if one can. */
    @Nullable
    IOException isRemovedByOthers() {
        return Files.exists(fifo)
                ? null
                : new IOException("another process has removed " + fifo
                        + ", at which a child has to wait until it is in its cgroup and has its settings");
    }

    /** Removes the files, when no child will come any more. */
    public void dismantle() {
        try (CallState state = CallState.open()) {
            permit.close(state);
            Descriptors.close(state, end);
        }
        remove(fifo);
    }
}
