package dev.leash.internal.proc;

import dev.leash.internal.sys.CallState;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The environment that the program of a process was started with, entries that end in a NUL each, as
 * /proc/PID/environ shows it: see proc_pid_environ(5).
 */
public final class StartEnvironment {
    // Fields of proc_pid_stat(5), counted from the state.
    private static final int MEMORY = 20;
    private static final int CODE = 23;
    private static final int START = 47;
    private static final int END = 48;

    private final CallState state;
    private final String process;
    private final byte[] entries;

    private StartEnvironment(CallState state, String process, byte[] entries) {
        this.state = state;
        this.process = process;
        this.entries = entries;
    }

    /**
     * Null if the process has none any more, or if it belongs to another user and may not be read.
     *
     * @throws IOException if there may be one but it cannot be read, as when no descriptor is left
     */
    public static @Nullable StartEnvironment read(CallState state, ProcessEntry entry) throws IOException {
        String process = "/proc/" + entry.pid();
        if (entry.state() == 'Z') {
            // Its first thread has ended and has released the memory, which the other threads still have.
            process = anotherThread(process + "/task", entry.pid());
        }
        byte[] entries = ProcFile.ofProcess(state, process + "/environ");
        return entries == null ? null : new StartEnvironment(state, process, entries);
    }

    private static String anotherThread(String tasks, int first) throws IOException {
        File folder = new File(tasks);
        String[] ids = folder.list();
        if (ids == null && folder.exists()) {
            throw new IOException(tasks + " cannot be read");
        }
        for (String id : ids == null ? new String[0] : ids) {
            if (!id.equals(Integer.toString(first))) {
                return tasks + "/" + id;
            }
        }
        return tasks + "/" + first;
    }

    public byte[] entries() {
        return entries;
    }

    /**
     * Where the kernel says the environment is, to be compared with what it says a moment later. A process shows no
     * environment from the moment when execve(2) has taken the old memory away (and lets a parent in vfork(2) go on)
     * until the new program is laid out, its code last.
     *
     * @param length in bytes; one that was read in more than one piece may have lost its end by an execve(2)
     */
    public record Extent(boolean isLaidOut, long start, long length) {}

    /** Null if there is none: a kernel thread has no memory, nor has a process that has ended. */
    @Nullable
    public Extent extent() throws IOException {
        byte[] stat = ProcFile.ofProcess(state, process + "/stat");
        if (stat == null) {
            return null;
        }
        String[] fields = ProcessEntry.fields(new String(stat, StandardCharsets.ISO_8859_1), END);
        if (fields[MEMORY].equals("0")) {
            return null;
        }
        long start = Long.parseLong(fields[START]);
        return new Extent(!fields[CODE].equals("0"), start, Long.parseLong(fields[END]) - start);
    }
}
