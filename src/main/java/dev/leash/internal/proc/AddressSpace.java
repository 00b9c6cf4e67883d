package dev.leash.internal.proc;

import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Whether a process has this JVM's memory: a child of posix_spawn(3) does until it executes its program, and no other
 * process does. The kernel chooses at random where a stack is, and shows it in proc_pid_stat(5) to those that may trace
 * the process.
 */
public final class AddressSpace {
    // Fields of proc_pid_stat(5), counted from the state.
    private static final int START_CODE = 23;
    private static final int START_STACK = 25;

    private static final String HIDDEN = "0";

    private AddressSpace() {}

    /** False if it is another one; true if it is this JVM's, or if the kernel does not show where that is. */
    public static boolean mayBeOwn(CallState state, int pid) throws IOException {
        String[] own = fields(state, (int) ProcessHandle.current().pid());
        String[] other = fields(state, pid);
        if (own.length <= START_STACK || other.length <= START_STACK) {
            return false; // it is gone
        }
        // A process that executes a program just now has none yet.
        return own[START_STACK].equals(HIDDEN)
                || (own[START_STACK].equals(other[START_STACK]) && own[START_CODE].equals(other[START_CODE]));
    }

    private static String[] fields(CallState state, int pid) throws IOException {
        byte[] stat = ProcFile.ofProcess(state, "/proc/" + pid + "/stat");
        return stat == null
                ? new String[0]
                : ProcessEntry.fields(new String(stat, StandardCharsets.ISO_8859_1), START_STACK);
    }
}
