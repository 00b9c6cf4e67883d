package dev.leash.internal.proc;

import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One process as the kernel showed it at one moment, see proc_pid_stat(5).
 *
 * @param startTicks when it was started, in hundredths of a second since boot
 */
public record ProcessEntry(
        int pid, String name, char state, int parent, int group, int session, int threads, long startTicks) {
    // Counted from the state, the third field of the file.
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int GROUP = 2;
    private static final int SESSION = 3;
    private static final int THREADS = 17;
    private static final int START = 19;

    /**
     * The process {@code pid} as it is now, also a zombie; null if there is no such process, or none that may be looked
     * at.
     *
     * @throws IOException if there may be one but it cannot be read, as when no descriptor is left: that it is gone
     *     must not be concluded
     */
    public static @Nullable ProcessEntry read(CallState state, int pid) throws IOException {
        byte[] stat = ProcFile.ofProcess(state, "/proc/" + pid + "/stat");
        return stat == null ? null : parse(new String(stat, StandardCharsets.ISO_8859_1));
    }

    static ProcessEntry parse(String stat) {
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        String[] fields = fields(stat, START);
        return new ProcessEntry(
                Integer.parseInt(stat.substring(0, open - 1)),
                stat.substring(open + 1, close),
                fields[STATE].charAt(0),
                Integer.parseInt(fields[PARENT]),
                Integer.parseInt(fields[GROUP]),
                Integer.parseInt(fields[SESSION]),
                Integer.parseInt(fields[THREADS]),
                Long.parseLong(fields[START]));
    }

    /**
     * The fields of such a file from the state on, up to {@code last} at least. "pid (name) state ppid pgrp …": the
     * name may hold anything, also ") ", so they are counted from the last parenthesis.
     */
    public static String[] fields(String stat, int last) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", last + 2);
    }

    /**
     * Whether it can still run. A zombie only waits for its parent to reap it; but a process whose first thread has
     * ended also shows as a zombie while its other threads live on.
     */
    public boolean alive() {
        return threads > 1 || (state != 'Z' && state != 'X');
    }

    /** The same process after its end. */
    public ProcessEntry dead() {
        return new ProcessEntry(pid, name, 'X', parent, group, session, 0, startTicks);
    }
}
