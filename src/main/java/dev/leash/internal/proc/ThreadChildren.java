package dev.leash.internal.proc;

import dev.leash.internal.sys.CallState;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The children of one thread, as the kernel lists them in /proc/PID/task/TID/children; see proc_tid_children(5). */
public final class ThreadChildren {
    private ThreadChildren() {}

    /** A class of its own, so that only who asks for children asks the kernel. */
    private static final class Kernel {
        static final boolean LISTS_CHILDREN = Files.exists(Path.of("/proc/thread-self/children"));
    }

    /** Whether this kernel lists them: it does not if it is built without CONFIG_PROC_CHILDREN. */
    public static boolean areListed() {
        return Kernel.LISTS_CHILDREN;
    }

    /** The id of the calling thread, which must be a platform thread. */
    public static int ownThread() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/thread-self")).toString();
        return Integer.parseInt(link.substring(link.lastIndexOf('/') + 1));
    }

    /**
     * The pids of the children that the thread {@code tid} of the process {@code pid} has started and that nothing has
     * reaped yet; null if there is no such thread.
     *
     * @throws IOException if the list cannot be read, as when no descriptor is left
     */
    public static int @Nullable [] of(CallState state, int pid, int tid) throws IOException {
        byte[] list = ProcFile.ofProcess(state, "/proc/" + pid + "/task/" + tid + "/children");
        return list == null ? null : parse(list);
    }

    /** The ids of the threads of the process {@code pid}; none if it is gone. */
    public static int[] threads(int pid) {
        String[] threads = new File("/proc/" + pid + "/task").list();
        return threads == null
                ? new int[0]
                : Arrays.stream(threads).mapToInt(Integer::parseInt).toArray();
    }

    /** The pids in such a file: they are separated, and followed, by blanks. */
    public static int[] parse(byte[] list) {
        int[] pids = new int[list.length / 2];
        int count = 0;
        int pid = 0;
        for (byte digit : list) {
            if (digit >= '0') {
                pid = 10 * pid + digit - '0';
            } else {
                pids[count++] = pid;
                pid = 0;
            }
        }
        return Arrays.copyOf(pids, count);
    }
}
