package dev.leash.internal.spawn;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Fifo;
import dev.leash.internal.sys.OpenFlags;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Opens a file that a child reads or writes. open(2) may wait for ever: for the other end of a FIFO, for the holder
 * of a lease, for the carrier of a terminal line. So it is always called with O_NONBLOCK, and this class does the
 * waiting that POSIX asks for, as long as the {@link Patience} lasts. A FIFO opened for reading stays open meanwhile:
 * its writer must not see a reader that comes and goes.
 *
 * <p>On a file system that another machine or process serves, open(2) may hang in the kernel all the same. There it
 * runs on a thread of its own; if the wait is given up, that thread closes the descriptor that it gets later.
 */
public final class FileOpener {
    private final byte[] path;
    private final int flags;
    private final Patience patience;
    private volatile Patience.@Nullable End givenUp;
    private volatile boolean isFifo;

    /** @param flags from {@link OpenFlags} */
    public FileOpener(byte[] path, int flags, Patience patience) {
        this.path = path;
        this.flags = flags;
        this.patience = patience;
    }

    /** A descriptor, close-on-exec and blocking; or the negated errno. On the starting thread. */
    public int open(CallState state) {
        return Mounts.mayHang() ? openElsewhere() : openHere(state);
    }

    /** Why the wait was given up, if it was. */
    public Patience.@Nullable End givenUp() {
        return givenUp;
    }

    /** What the start waited for, for a message. */
    public String awaited() {
        if (!isFifo) {
            return "its file system, or the holder of a lease on it, to answer";
        }
        return flags == OpenFlags.READ ? "a writer to open this FIFO" : "a reader to open this FIFO";
    }

    private int openHere(CallState state) {
        for (int looks = 1; ; looks++) {
            int fd = Descriptors.openAtOnce(state, path, flags);
            if (fd >= 0) {
                return flags == OpenFlags.READ ? awaitWriter(state, fd) : blocking(state, fd);
            }
            // ENXIO means a FIFO without a reader, or one of a few devices for which there is nothing to wait.
            isFifo = fd == -Errno.ENXIO && flags != OpenFlags.READ && Fifo.isAt(state, path);
            if (!isFifo && fd != -Errno.EAGAIN) {
                return fd;
            }
            int over = pause(looks);
            if (over < 0) {
                return over;
            }
        }
    }

    private int awaitWriter(CallState state, int fd) {
        if (!Descriptors.isPipe(state, fd)) {
            return blocking(state, fd);
        }
        isFifo = true;
        for (int looks = 1; !Fifo.hadWriter(state, fd); looks++) {
            int over = pause(looks);
            if (over < 0) {
                Descriptors.close(state, fd);
                return over;
            }
        }
        return blocking(state, fd);
    }

    private int blocking(CallState state, int fd) {
        int result = Descriptors.setBlocking(state, fd, flags);
        if (result < 0) {
            Descriptors.close(state, fd);
            return result;
        }
        return fd;
    }

    /** Returns 0 to try again, or the negated errno that ends the wait. */
    private int pause(int looks) {
        Patience.End end = patience.pause(looks);
        if (end == null) {
            return 0;
        }
        givenUp = end;
        return -end.errno();
    }

    private int openElsewhere() {
        CompletableFuture<Integer> opened = new CompletableFuture<>();
        // The new thread shares the umask of the thread that makes it, which may be one of its own.
        Thread ignored = Thread.ofPlatform().daemon().name("leash-opener").start(() -> {
            try (CallState state = CallState.open()) {
                int fd = openHere(state);
                if (!opened.complete(fd)) {
                    Descriptors.closeIfOpen(state, fd);
                }
                patience.wake();
            } catch (RuntimeException | Error e) {
                opened.completeExceptionally(e);
                patience.wake();
            }
        });
        for (int looks = 1; !opened.isDone(); looks++) {
            int over = pause(looks);
            if (over < 0) {
                opened.complete(over);
            }
        }
        return opened.join();
    }
}
