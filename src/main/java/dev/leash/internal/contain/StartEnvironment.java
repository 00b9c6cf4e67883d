package dev.leash.internal.contain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The environment that the program of a process was started with, entries that end in a NUL each, as /proc/PID/environ shows
 * it: see proc_pid_environ(5).
 */
final class StartEnvironment {
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

    /** Null if there is none any more, or it must not be known since the process belongs to another user. */
    static @Nullable StartEnvironment read(ProcessEntry entry) {
        Path process = Path.of("/proc", Integer.toString(entry.pid()));
        if (entry.state() == 'Z') {
            // Its first thread has ended and gave up the memory; the others share it.
            process = anotherThread(process.resolve("task"), entry.pid());
        }
        try {
            return new StartEnvironment(process, Files.readAllBytes(process.resolve("environ")));
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

    byte[] entries() {
        return entries;
    }

    /**
     * Whether this is all. Between the moment when execve(2) has taken the old memory away, and lets a parent in vfork(2)
     * go on, and the moment when the new program is laid out (its code last), a process shows no environment; and one that
     * was read in more than one piece may have lost its end so.
     */
    boolean isWhole() {
        try {
            String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", END + 2);
            if (fields[MEMORY].equals("0")) {
                return true; // a thread of the kernel has none, nor has who has ended
            }
            long length = Long.parseLong(fields[END]) - Long.parseLong(fields[START]);
            return !fields[CODE].equals("0") && length == entries.length;
        } catch (IOException e) {
            return true; // it has gone in the meantime
        }
    }
}
