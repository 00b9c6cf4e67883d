package dev.leash.internal.proc;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import java.io.File;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Whether a process is exiting. From exit_group(2), or the signal that ends it, until its parent is told, the kernel
 * gives back its memory and descriptors, which takes some ten milliseconds for a large process. No signal has an effect
 * on it then, and its status is decided. Some microseconds; for the loop's thread, too.
 */
public final class ExitInProgress {
    /** In include/linux/sched.h; proc_pid_stat(5) shows these flags. */
    private static final long PF_EXITING = 0x4;

    // Fields of proc_pid_stat(5), counted from the state.
    private static final int FLAGS = 6;
    private static final int THREADS = 17;
    private static final int PENDING = 28;

    /**
     * The bit of KILL. A thread has it pending for itself, and not with its process, from the moment when a signal is
     * sent that ends the process, or exit_group(2) is called, until it runs. On a busy machine that takes a while.
     */
    private static final long KILL = 1L << 8;

    /** More than the file ever has. */
    private static final int MOST_BYTES = 4096;

    /** Each takes a read, and other deadlines may be due on the loop. */
    private static final int MOST_THREADS = 64;

    private ExitInProgress() {}

    /**
     * What a look at a process has shown.
     *
     * @param exits false also if this could not be found out
     * @param threads how many it has; 0 if this could not be found out
     */
    public record Look(boolean exits, int threads) {
        private static final Look FAILED = new Look(false, 0);
    }

    /** For a pid that cannot be reused. */
    public static Look at(CallState state, int pid) {
        String process = "/proc/" + pid;
        Look first = of(read(state, process + "/stat"));
        // The first thread may have ended alone, and then the others live on. But it is also the first thread that
        // stays visible if another one is the last to exit.
        return first.exits && first.threads > 1 && !othersExit(state, process + "/task")
                ? new Look(false, first.threads)
                : first;
    }

    private static boolean othersExit(CallState state, String tasks) {
        String[] threads = new File(tasks).list();
        if (threads == null || threads.length > MOST_THREADS) {
            return false;
        }
        for (String thread : threads) {
            byte[] stat = read(state, tasks + "/" + thread + "/stat");
            // One that is gone meanwhile was exiting.
            if (stat != null && !of(stat).exits) {
                return false;
            }
        }
        return true;
    }

    /**
     * What is in such a file, in one pass over it: a JVM that has rarely killed interprets this.
     *
     * @param stat null if it could not be read
     */
    static Look of(byte @Nullable [] stat) {
        if (stat == null) {
            return Look.FAILED;
        }
        // The name may hold anything, also ") ".
        int at = stat.length - 1;
        while (at > 0 && stat[at] != ')') {
            at--;
        }
        int number = -1;
        long field = 0;
        long flags = 0;
        int threads = 0;
        long pending = 0;
        for (at++; at < stat.length && number <= PENDING; at++) {
            if (stat[at] != ' ') {
                field = 10 * field + stat[at] - '0'; // others than numbers are of no interest
                continue;
            }
            switch (number++) {
                case FLAGS -> flags = field;
                case THREADS -> threads = (int) field;
                case PENDING -> pending = field;
                default -> {}
            }
            field = 0;
        }
        return new Look((flags & PF_EXITING) != 0 || (pending & KILL) != 0, threads);
    }

    private static byte @Nullable [] read(CallState state, String file) {
        return Descriptors.readSmall(state, file.getBytes(StandardCharsets.US_ASCII), MOST_BYTES);
    }
}
