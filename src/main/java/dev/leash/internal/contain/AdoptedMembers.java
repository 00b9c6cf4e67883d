package dev.leash.internal.contain;

import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
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
 * Reaps processes that this process has adopted from a run. Where it is the init of a pid namespace or a subreaper
 * (see prctl(2)), processes whose parents have ended become its children, and nothing else reaps them. It never waits
 * for all children: the JDK and other code reap their own.
 */
final class AdoptedMembers {
    private static final int OWN_PID = (int) ProcessHandle.current().pid();
    private static final long FIRST_PAUSE_NANOS = 1_000_000;
    private static final long LAST_PAUSE_NANOS = 300_000_000;

    private AdoptedMembers() {}

    /**
     * Reaps this process's zombie children in the group that the process of {@code leaderPidfd} led; that leader has
     * been reaped. A child of other code that has joined the group of a run counts as a member, for signals as well.
     *
     * <p>Each is first looked at and left a zombie, so that it pins the number of its group. If the leader's group
     * still has a member then, the number cannot have been reused. Needs Linux 6.9.
     *
     * @return whether there was such a zombie
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

    /** Reaps those of {@code killed} that have become children of this process, and closes and removes them. */
    static void reapFound(CallState state, List<SeenMember> killed) {
        for (Iterator<SeenMember> each = killed.iterator(); each.hasNext(); ) {
            SeenMember member = each.next();
            if (isReaped(state, member)) {
                each.remove();
                member.close(state);
            }
        }
    }

    private static boolean isReaped(CallState state, SeenMember member) {
        try {
            return member.reap(state, OWN_PID);
        } catch (IOException e) {
            return false; // no descriptor may be left, so the next look tries again
        }
    }

    /**
     * Reaps processes that have ended in a cgroup. It looks for a short time, because a process in an empty cgroup
     * may still be exiting. What this process has started there has been reaped. Runs on a thread of its own, because
     * it reads /proc: the kernel shows the cgroup of a zombie even if that cgroup was removed since. The pid cannot
     * have been reused, because only this process reaps the zombie.
     */
    static void reapCgroup(Path directory) {
        String name = "/" + directory.getFileName();
        try {
            Thread ignored = Thread.ofPlatform().daemon().name("leash-adopted").start(() -> reapThoseIn(name));
        } catch (OutOfMemoryError e) {
            // No thread can be started: zombies may be left.
        }
    }

    private static void reapThoseIn(String cgroup) {
        try (CallState state = CallState.open()) {
            for (long pause = FIRST_PAUSE_NANOS; pause < LAST_PAUSE_NANOS; pause *= 2) {
                try {
                    reapIn(state, cgroup);
                } catch (IOException e) {
                    // No descriptor may be left, so the next look tries again; without /proc no process is found.
                }
                Clock.sleep(pause);
            }
        }
    }

    private static void reapIn(CallState state, String cgroup) throws IOException {
        for (ProcessEntry process : ProcessTable.fresh().entries()) {
            if (process.parent() == OWN_PID && !process.alive() && wasIn(process, cgroup)) {
                int ignored = Processes.reap(state, process.pid());
            }
        }
    }

    private static boolean wasIn(ProcessEntry process, String name) throws IOException {
        Path file = Path.of("/proc", Integer.toString(process.pid()), "cgroup");
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
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
