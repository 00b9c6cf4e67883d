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

    /** False if this cannot be found out. For a pid that cannot be reused. */
    public static boolean of(CallState state, int pid) {
        String process = "/proc/" + pid;
        String[] first = fields(state, process + "/stat");
        if (first == null || !exits(first)) {
            return false;
        }
        // The first thread may have ended alone, and then the others live on. But it is also the first thread that
        // stays visible if another one is the last to exit.
        return first[THREADS].equals("1") || first[THREADS].equals("0") || othersExit(state, process + "/task");
    }

    private static boolean othersExit(CallState state, String tasks) {
        String[] threads = new File(tasks).list();
        if (threads == null || threads.length > MOST_THREADS) {
            return false;
        }
        for (String thread : threads) {
            String[] fields = fields(state, tasks + "/" + thread + "/stat");
            // One that is gone meanwhile was exiting.
            if (fields != null && !exits(fields)) {
                return false;
            }
        }
        return true;
    }

    /** {@code stat} is the content of such a file. */
    static boolean exits(String stat) {
        return exits(ProcessEntry.fields(stat, PENDING));
    }

    private static boolean exits(String[] fields) {
        return (Long.parseLong(fields[FLAGS]) & PF_EXITING) != 0 || (Long.parseLong(fields[PENDING]) & KILL) != 0;
    }

    private static String @Nullable [] fields(CallState state, String file) {
        byte[] text = Descriptors.readSmall(state, file.getBytes(StandardCharsets.US_ASCII), MOST_BYTES);
        return text == null ? null : ProcessEntry.fields(new String(text, StandardCharsets.ISO_8859_1), PENDING);
    }
}
