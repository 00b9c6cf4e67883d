package dev.leash.internal.proc;

import java.io.IOException;
import java.nio.file.Path;
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

    private final Path process;
    private final byte[] entries;

    private StartEnvironment(Path process, byte[] entries) {
        this.process = process;
        this.entries = entries;
    }

    /** Null if the process has none any more, or if it belongs to another user and may not be read. */
    public static @Nullable StartEnvironment read(ProcessEntry entry) {
        Path process = Path.of("/proc", Integer.toString(entry.pid()));
        if (entry.state() == 'Z') {
            // Its first thread has ended and has released the memory, which the other threads still have.
            process = anotherThread(process.resolve("task"), entry.pid());
        }
        try {
            return new StartEnvironment(process, ProcFile.bytes(process.resolve("environ")));
        } catch (IOException e) {
            return null;
        }
    }

    private static Path anotherThread(Path tasks, int first) {
        String[] ids = tasks.toFile().list();
        for (String id : ids == null ? new String[0] : ids) {
            if (!id.equals(Integer.toString(first))) {
                return tasks.resolve(id);
            }
        }
        return tasks.resolve(Integer.toString(first));
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
    public Extent extent() {
        try {
            String stat = ProcFile.text(process.resolve("stat"));
            String[] fields = ProcessEntry.fields(stat, END);
            if (fields[MEMORY].equals("0")) {
                return null;
            }
            long start = Long.parseLong(fields[START]);
            return new Extent(!fields[CODE].equals("0"), start, Long.parseLong(fields[END]) - start);
        } catch (IOException e) {
            return null; // it has ended meanwhile
        }
    }
}
