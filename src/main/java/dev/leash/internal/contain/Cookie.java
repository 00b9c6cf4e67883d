package dev.leash.internal.contain;

import dev.leash.internal.proc.FileLockLimit;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.StartEnvironment;
import dev.leash.internal.proc.ThreadChildren;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.EnvironmentBlock;
import dev.leash.internal.sys.ProcessControls;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/**
 * A run's id, which its processes inherit whatever session or group they move to, in two ways.
 *
 * <p>In their environment: {@code LEASH_RUN=<id>}. /proc/PID/environ shows the environment that a process was started
 * with, unless it has overwritten that memory, as daemons do that set their title, or may not be looked into. If a
 * process of one run starts another run, the variable holds both ids, the outer one first.
 *
 * <p>And as a {@linkplain FileLockLimit limit}, which is set a moment after the start: what has been forked before that,
 * and has lost its parent, has it not. A process of an inner run has that of the inner run only. Where this process itself
 * has a low limit, its runs have none.
 */
public final class Cookie {
    private static final String VARIABLE = "LEASH_RUN";
    private static final byte[] PREFIX = (VARIABLE + "=").getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MOST_READS = 64;
    private static final long LONGEST_LIMIT = 1L << 62;

    /** Below a lower limit of this process there are too few numbers: two runs could get the same. */
    private static final long LEAST_OWN_LIMIT = 1L << 40;

    private static final long NO_LIMIT = 0;

    /** A class of its own: read once, and only if there is a run with a cookie. */
    private static final class Own {
        static final long LIMIT = limit();

        private static long limit() {
            try (CallState state = CallState.open()) {
                long own = FileLockLimit.of(state, (int) ProcessHandle.current().pid());
                return own == FileLockLimit.NONE ? LONGEST_LIMIT : Math.min(own, LONGEST_LIMIT);
            } catch (IOException e) {
                return LONGEST_LIMIT;
            }
        }
    }

    private final String id;
    private final byte[] bytes;

    /** {@link #NO_LIMIT} if there is none, or if a process may have it that does not belong to the run. */
    private volatile long limit;

    private Cookie(long first, long second, long limit) {
        HexFormat hex = HexFormat.of();
        this.id = hex.toHexDigits(first) + hex.toHexDigits(second);
        this.bytes = id.getBytes(StandardCharsets.US_ASCII);
        this.limit = limit;
    }

    /** An id that no other run has, on this machine or another. */
    public static Cookie create() {
        return below(Own.LIMIT);
    }

    /**
     * The same for a process with this limit.
     *
     * @param own not negative
     */
    static Cookie below(long own) {
        // Below that of this process: a higher one needs a privilege, and the same is that of its other children.
        // Within its upper half: others may start inner ones.
        boolean enough = own >= LEAST_OWN_LIMIT;
        long least = (enough ? own : LONGEST_LIMIT) / 2;
        long number = least + RANDOM.nextLong(least);
        return new Cookie(RANDOM.nextLong(), number, enough ? number : NO_LIMIT);
    }

    /**
     * 32 hexadecimal digits. The last 16 are the limit; or, if there is none, a number that no process has as one: the
     * guardian looks for it all the same, and for nothing more than its digits.
     */
    public String id() {
        return id;
    }

    /**
     * Gives the limit to the child {@code pid}, which was just started and has not been reaped, and to what that has
     * forked already. Nothing happens if that is refused, or if there is none.
     */
    public void mark(CallState state, int pid) {
        if (limit == NO_LIMIT) {
            return;
        }
        set(state, pid);
        try {
            markForked(state, pid);
        } catch (IOException e) {
            // No descriptor may be left. Those are then known by their environment and parents only.
        }
    }

    private void set(CallState state, int pid) {
        int ignored = ProcessControls.setLimit(state, pid, Resources.LOCKS, limit, limit);
    }

    private void markForked(CallState state, int leader) throws IOException {
        Deque<Parent> parents = new ArrayDeque<>(List.of(new Parent(leader, -1)));
        try {
            for (int reads = 0; reads < MOST_READS && !parents.isEmpty(); reads++) {
                Parent parent = parents.remove();
                try {
                    markChildren(state, parent, parents);
                } finally {
                    Descriptors.closeIfOpen(state, parent.pidfd);
                }
            }
        } finally {
            parents.forEach(parent -> Descriptors.closeIfOpen(state, parent.pidfd));
        }
    }

    private void markChildren(CallState state, Parent parent, Deque<Parent> marked) throws IOException {
        int[] children = ThreadChildren.of(state, parent.pid, parent.pid);
        for (int child : children == null ? new int[0] : children) {
            int pidfd = Processes.openPidfd(state, child);
            if (pidfd < 0) {
                continue;
            }
            boolean owned = false;
            try {
                ProcessEntry process = ProcessEntry.read(state, child);
                // In this order: if both exist after the read, what was read was about them.
                if (process == null
                        || process.parent() != parent.pid
                        || !parent.exists(state)
                        || !Processes.exists(state, pidfd)) {
                    continue;
                }
                set(state, child); // which takes a number only
                if (Processes.exists(state, pidfd)) {
                    marked.add(new Parent(child, pidfd));
                    owned = true;
                } else {
                    limit = NO_LIMIT; // its number may have been given anew before the limit was set
                }
            } finally {
                if (!owned) {
                    Descriptors.close(state, pidfd);
                }
            }
        }
    }

    /** @param pidfd negative for the leader, which is a child of this process and has not been reaped */
    private record Parent(int pid, int pidfd) {
        boolean exists(CallState state) {
            return pidfd < 0 || Processes.exists(state, pidfd);
        }
    }

    /** Whether the process has inherited the limit. */
    boolean isMarked(CallState state, ProcessEntry process) throws IOException {
        long own = limit;
        return own != NO_LIMIT && FileLockLimit.of(state, process.pid()) == own;
    }

    /** The name of the variable. */
    public static byte[] variable() {
        return VARIABLE.getBytes(StandardCharsets.US_ASCII);
    }

    /** The value of the variable: the ids of the runs that this process belongs to, then this id. */
    public byte[] value() {
        for (byte[] entry : EnvironmentBlock.own()) {
            if (startsWith(entry, 0, PREFIX) && entry.length > PREFIX.length) {
                byte[] outer = Arrays.copyOfRange(entry, PREFIX.length, entry.length + 1 + bytes.length);
                outer[entry.length - PREFIX.length] = ',';
                System.arraycopy(bytes, 0, outer, outer.length - bytes.length, bytes.length);
                return outer;
            }
        }
        return bytes.clone();
    }

    /** Whether a process bears a cookie. */
    enum Bearing {
        YES,
        /** It does not, or this process may not read its environment. */
        NO,
        /** It is inside execve(2), and will soon show the environment of the new program. */
        NOT_KNOWN_YET
    }

    /** Whether the process was started with this cookie. */
    Bearing bearing(CallState state, ProcessEntry process) throws IOException {
        StartEnvironment.Extent before = null;
        while (true) {
            StartEnvironment environment = StartEnvironment.read(state, process);
            if (environment == null) {
                return Bearing.NO;
            }
            if (isIn(environment.entries())) {
                return Bearing.YES;
            }
            StartEnvironment.Extent extent = environment.extent();
            if (extent == null) {
                return Bearing.NO;
            }
            if (!extent.isLaidOut()) {
                return Bearing.NOT_KNOWN_YET;
            }
            // If the length differs, it has executed a program between the two reads; or it has unmapped the memory
            // that held the rest, and then the next read gives the same answer.
            if (extent.length() == environment.entries().length || extent.equals(before)) {
                return Bearing.NO;
            }
            before = extent;
        }
    }

    /** Whether the id is in the entry of its variable among {@code environment}, entries that end in a NUL each. */
    boolean isIn(byte[] environment) {
        for (int start = 0; start < environment.length; ) {
            int end = start;
            while (end < environment.length && environment[end] != 0) {
                end++;
            }
            if (startsWith(environment, start, PREFIX)) {
                for (int at = start + PREFIX.length; at + bytes.length <= end; at++) {
                    if (startsWith(environment, at, bytes)) {
                        return true;
                    }
                }
            }
            start = end + 1;
        }
        return false;
    }

    private static boolean startsWith(byte[] text, int from, byte[] wanted) {
        return from + wanted.length <= text.length
                && Arrays.equals(text, from, from + wanted.length, wanted, 0, wanted.length);
    }
}
