package dev.leash.internal.guardian;

import dev.leash.internal.contain.Cookie;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.events.Log;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.FileStatus;
import dev.leash.internal.sys.InheritedMark;
import dev.leash.internal.sys.SharedMemory;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the guardian has to know when this JVM is gone: a file of lines that a shell can read. It is mapped, so that
 * entering a run costs a few stores and no system call.
 *
 * <pre>
 * 3 2305843009213693954                       how many lines to look at, and the {@link InheritedMark}
 * /sys/fs/cgroup/…                            where the cgroups of this JVM are, or nothing
 * /tmp/leash-gate-                            how the names of fifos begin
 * L 4711 230012 230013 60712 -                a run whose leader, 4711, has not been reaped
 * S 4712 230014 230014 230245 d41d8cd98f…     a run of which stragglers are left, with its cookie
 * P 0 230015 0 60713 -                        a run whose leader is being started, and has the pipe 60713, or the mark
 * P 0 230015 0 0 /leash-… 5ca1ab1e…           a run whose leader is being started in a cgroup, and waits at a fifo
 * -                                           a free line
 * </pre>
 *
 * The numbers are the leader's pid, the ticks since boot between which it was started, and when its group was last
 * known to have a member; or, before that, the inode of a pipe that was made for it as one of its standard streams, or 0.
 * The guardian compares them with the start times of the processes that it is about to kill,
 * so that a stranger that has reused a pid is left alone.
 *
 * <p>The JVM may be killed between any two stores. The first letter is stored last, and each number has its place in the
 * line: so a line is of one kind until it is completely of another, or it is missing until it is complete.
 *
 * <p>Any thread may enter a run; an entry is for one thread at a time.
 */
public final class GuardianTable {
    static final int HEADER_BYTES = 4096;
    static final int LINE_BYTES = LineText.BYTES;
    static final int FOLDER_BYTES = (HEADER_BYTES - LINE_BYTES) / 2;
    private static final int MOST_LINES = 1 << 18;

    /** The number of lines to start with, or to try next if the limit of file sizes is lower. */
    private static final int[] FIRST_LINES = {480, 96, 8};

    private static final byte FREE = '-';
    private static final byte PREPARED = 'P';
    private static final byte LEADER = 'L';
    private static final byte STRAGGLERS = 'S';

    private final SharedMemory memory;
    private int[] freeLines = new int[64];
    private int freeCount;
    private int lines;
    private int room;
    private boolean full;
    private boolean cgroupsTold;
    private boolean fifosTold;

    /** @throws IOException if not even a small table can be made; the message names the limit and says what to do */
    GuardianTable(CallState state) throws IOException {
        memory = create(state);
        putCount();
        tell(LINE_BYTES, "");
        tell(LINE_BYTES + FOLDER_BYTES, "");
        prepare();
    }

    private SharedMemory create(CallState state) throws IOException {
        SystemCallException refused = null;
        for (int first : FIRST_LINES) {
            try {
                SharedMemory made = SharedMemory.create(state, "leash-guardian", offset(first));
                room = first;
                return made;
            } catch (SystemCallException e) {
                if (e.errno() != Errno.EFBIG) {
                    throw e;
                }
                refused = e;
            }
        }
        throw new IOException(
                "the guardian's table needs a file of " + offset(FIRST_LINES[FIRST_LINES.length - 1])
                        + " bytes, which the limit of file sizes does not allow (RLIMIT_FSIZE, ulimit -f): raise it, or do"
                        + " without a guardian",
                refused);
    }

    /** Makes room for twice as many lines; false if that fails. */
    private boolean grow() {
        int wanted = Math.min(room * 2, MOST_LINES);
        if (wanted > room && !full) {
            try (CallState state = CallState.open()) {
                memory.grow(state, offset(wanted));
                room = wanted;
                return true;
            } catch (IOException e) {
                full = true; // otherwise each run would try again
                Log.warning("the guardian's table cannot grow beyond " + room + " runs (" + e.getMessage()
                        + "; EFBIG is the limit of file sizes, ulimit -f): what runs besides them outlives a JVM that is"
                        + " killed");
            }
        }
        return false;
    }

    /**
     * Enters a run without a process once. In a fresh JVM the first time takes some milliseconds, and while a child
     * is not in the table, the guardian does not know of it.
     */
    private void prepare() {
        Line line = new Line(takeLine(), Clock.bootTicks(), "");
        line.put(FREE, 0, 0, 0);
        line.leave();
    }

    int fd() {
        return memory.fd();
    }

    /** Tells a guardian that cannot be killed to end, see {@link GuardianScript}. */
    void close(CallState state) {
        memory.put(0, line("", LINE_BYTES));
        memory.close(state);
    }

    /** The fifo at which the children of a run wait before they execute their programs. */
    public interface Fifo {
        /** The common prefix of the paths of all fifos of this JVM. */
        String place();

        /** The rest of the path of this fifo. */
        String id();
    }

    /**
     * An entry for a run that is about to be started. Beyond a quarter of a million runs, or what the limits of this
     * process allow, the entry does nothing.
     *
     * @param fifo where its children will wait, or null
     */
    public Entry enter(ProcessSet.Factory containment, @Nullable Fifo fifo) {
        long since = Clock.bootTicks();
        int line = takeLine();
        if (line < 0) {
            return Entry.NONE;
        }
        Cookie cookie = containment.cookie();
        String mark = cookie == null ? "" : cookie.id();
        Path cgroup = containment.cgroup();
        Path home = containment.cgroupsHome();
        if (cgroup != null && home != null) {
            tellCgroups(home.toString());
            mark = "/" + home.relativize(cgroup); // in it, or "/../" and beside it
        }
        if (fifo != null) {
            tellFifos(fifo.place());
            mark = (mark.isEmpty() ? "-" : mark) + " " + fifo.id();
        }
        Line entry = new Line(line, since, mark);
        if (cgroup != null || fifo != null) {
            entry.put(PREPARED, 0, 0, 0); // there is something to remove
        }
        return entry;
    }

    /** The folder is the same for all runs of this JVM. */
    private synchronized void tellCgroups(String folder) {
        if (!cgroupsTold) {
            cgroupsTold = true;
            tell(LINE_BYTES, folder);
        }
    }

    private synchronized void tellFifos(String place) {
        if (!fifosTold) {
            fifosTold = true;
            tell(LINE_BYTES + FOLDER_BYTES, place);
        }
    }

    private void tell(long offset, String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length < FOLDER_BYTES) {
            memory.put(offset, line(text, FOLDER_BYTES));
        }
    }

    private synchronized int takeLine() {
        if (freeCount > 0) {
            return freeLines[--freeCount];
        }
        if (lines == room && !grow()) {
            return -1;
        }
        memory.put(offset(lines), line("-", LINE_BYTES));
        lines++;
        putCount();
        return lines - 1;
    }

    private synchronized void giveBack(int line) {
        if (freeCount == freeLines.length) {
            freeLines = Arrays.copyOf(freeLines, freeCount * 2);
        }
        freeLines[freeCount++] = line;
    }

    private void putCount() {
        memory.put(0, line(lines + " " + InheritedMark.OF_JVM.number(), LINE_BYTES));
    }

    private static long offset(int line) {
        return HEADER_BYTES + (long) line * LINE_BYTES;
    }

    private static byte[] line(String text, int length) {
        byte[] line = new byte[length];
        Arrays.fill(line, (byte) ' ');
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, line, 0, bytes.length);
        line[length - 1] = '\n';
        return line;
    }

    /** The entry of one run in the table, or one that does nothing. */
    public interface Entry {
        Entry NONE = new Entry() {};

        /** Whether this is an entry in the table. */
        default boolean isKept() {
            return false;
        }

        /**
         * The leader is going to have a pipe that was made for it as a standard stream. To be called before {@link
         * #starting}, where there is such a pipe.
         *
         * @param state the call state of the calling thread
         * @param end an open end of that pipe
         */
        default void pipe(CallState state, int end) {}

        /** The leader is about to be made, at no fifo. It can be called again for another attempt. */
        default void starting() {}

        /**
         * The leader has been started, and has not been reaped.
         *
         * @param state the call state of the calling thread
         */
        default void started(CallState state, int pid) {}

        /** The leader is about to be reaped, and may leave members of its group behind. */
        default void leaderExits() {}

        /** The leader, which was about to be reaped, was not reaped. */
        default void leaderStays() {}

        /** At a time not before {@code ticks} the group had a member. */
        default void seen(long ticks) {}

        /** Removes the entry: no process of the run is to be killed. Later calls of any method have no effect. */
        default void leave() {}
    }

    private final class Line implements Entry {
        private final int line;
        private final LineText text;
        private byte kind = FREE;
        private long since;
        private int pid;
        private long until;
        private long seen;
        private long pipe;
        private boolean marking;
        private boolean left;

        Line(int line, long since, String mark) {
            this.line = line;
            this.since = since;
            this.text = new LineText(mark);
        }

        @Override
        public boolean isKept() {
            return !left;
        }

        @Override
        public void pipe(CallState state, int end) {
            if (kind == FREE && !left) {
                // Without an answer, as where a filter refuses the call, the line is as if there were no pipe.
                pipe = Math.max(0, FileStatus.inode(state, end));
            }
        }

        @Override
        public void starting() {
            if (kind == FREE) {
                since = Clock.bootTicks();
                put(PREPARED, 0, 0, pipe);
            }
            if (!marking && !left) {
                marking = true;
                InheritedMark.OF_JVM.set();
            }
        }

        @Override
        public void started(CallState state, int pid) {
            put(LEADER, pid, Clock.bootTicks(), seen); // the pipe: as long as the letter is P this is not another one
            if (marking) {
                InheritedMark.OF_JVM.clear(state, pid);
            }
            unmark();
        }

        private void unmark() {
            if (marking) {
                marking = false;
                InheritedMark.OF_JVM.clear();
            }
        }

        @Override
        public void leaderExits() {
            put(STRAGGLERS, pid, until, Clock.bootTicks());
        }

        @Override
        public void leaderStays() {
            put(LEADER, pid, until, seen);
        }

        @Override
        public void seen(long ticks) {
            put(STRAGGLERS, pid, until, ticks);
        }

        @Override
        public void leave() {
            unmark();
            if (!left) {
                left = true;
                memory.putLast(offset(line), FREE);
                giveBack(line);
            }
        }

        private void put(byte kind, int pid, long until, long seen) {
            if (left) {
                return;
            }
            this.pid = pid;
            this.until = until;
            this.seen = seen;
            // The numbers of a change from one kind to another mean nothing to the first.
            byte meanwhile = kind == this.kind ? FREE : this.kind;
            memory.putLast(offset(line), meanwhile);
            memory.put(offset(line), text.of(meanwhile, pid, since, until, seen));
            memory.putLast(offset(line), kind);
            this.kind = kind;
        }
    }
}
