package dev.leash.internal.contain;

import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * Reaps what this process has adopted from a run: where it is the first of a pid namespace, or a subreaper (see prctl(2)), those
 * whose parents are gone become its children, and when they end nobody else reaps them. It never waits for all children:
 * those of the JDK, and of other code, are theirs.
 */
final class AdoptedMembers {
    private static final int OWN_PID = (int) ProcessHandle.current().pid();
    private static final long FIRST_PAUSE_NANOS = 1_000_000;
    private static final long LAST_PAUSE_NANOS = 300_000_000;

    private AdoptedMembers() {}

    /**
     * Reaps the zombies that this process has in the group which the process of {@code leaderPidfd} led, and which has been
     * reaped itself. A child of other code that has joined the group of a run is taken for one of the run's, by signals too.
     *
     * <p>Each is looked at first, and left a zombie: so it pins the number of its group. If the leader's own group still has a
     * member then, that number has been its own all the time, and not gone to another. Linux 6.9.
     *
     * @return whether there was one
     */
    static boolean reapGroup(CallState state, int group, int leaderPidfd) {
        boolean any = false;
        while (true) {
            int pid = Processes.zombieInGroup(state, group);
            if (pid <= 0
                    || Processes.signalGroup(state, leaderPidfd, 0) == -Errno.ESRCH
                    || Processes.reap(state, pid) != pid) {
                return any;
            }
            any = true;
        }
    }

    /**
     * Reaps those of whom {@code pidfds} are and who have become children of this process, and closes and removes their
     * descriptors. None of them was started by it.
     */
    static void reapFound(CallState state, List<Integer> pidfds) {
        for (Iterator<Integer> each = pidfds.iterator(); each.hasNext(); ) {
            int pidfd = each.next();
            if (Processes.reapByPidfd(state, pidfd)) {
                each.remove();
                Descriptors.close(state, pidfd);
            }
        }
    }

    /**
     * Reaps those who have ended in a cgroup, for a moment, since one that is empty may have somebody who is just exiting. What
     * this process has started there itself has been reaped. On a thread of its own, for /proc is read: the kernel shows of a
     * zombie which cgroup it was in, also if that was removed since. It cannot be another's: nobody but this process reaps it.
     */
    static void reapCgroup(Path directory) {
        String name = "/" + directory.getFileName();
        try {
            Thread ignored = Thread.ofPlatform().daemon().name("leash-adopted").start(() -> reapThoseIn(name));
        } catch (OutOfMemoryError e) {
            // No thread is to be had: zombies may be left.
        }
    }

    private static void reapThoseIn(String cgroup) {
        try (CallState state = CallState.open()) {
            for (long pause = FIRST_PAUSE_NANOS; pause < LAST_PAUSE_NANOS; pause *= 2) {
                for (ProcessEntry process : ProcessTable.fresh().entries()) {
                    if (process.parent() == OWN_PID && !process.alive() && wasIn(process, cgroup)) {
                        int ignored = Processes.reap(state, process.pid());
                    }
                }
                Clock.sleep(pause);
            }
        } catch (IOException e) {
            // Without /proc nobody is found.
        }
    }

    private static boolean wasIn(ProcessEntry process, String name) throws IOException {
        Path file = Path.of("/proc", Integer.toString(process.pid()), "cgroup");
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                int at = line.startsWith("0::") ? line.lastIndexOf(name) : -1;
                int end = at + name.length();
                if (at >= 0 && (end == line.length() || line.charAt(end) == '/' || line.charAt(end) == ' ')) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
