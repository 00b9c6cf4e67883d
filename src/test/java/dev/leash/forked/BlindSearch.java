package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.contain.ProcessTree;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SystemCallException;
import dev.leash.support.Patience;
import java.io.FileInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Searches for the members of a run with few descriptors left: what it does not find, it must not call gone. */
public final class BlindSearch {
    private static final Duration PATIENCE = Patience.seconds(30);
    private static final int ENOUGH = 12;
    private static final CallState STATE = CallState.create();
    private static int found;
    private static int failed;

    private BlindSearch() {}

    public static void main(String[] args) throws Exception {
        // What tells of a failure is loaded now: later there is no descriptor for that.
        check(new SystemCallException("open", Errno.EMFILE).getMessage().contains("EMFILE"), "a message");
        ProcessSet.Factory factory = ProcessTree.prepare();
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "setsid sleep 60 & exec sleep 60");
        builder.environment().put("LEASH_RUN", factory.cookie().id());
        Process leader = builder.start();
        int pid = (int) leader.pid();
        ProcessSet tree = factory.of(STATE, pid, Processes.openPidfd(STATE, pid));
        try {
            check(Check.within(PATIENCE, () -> look(tree) && found == 2), "both are found: " + found);
            Deque<FileInputStream> hogs = new ArrayDeque<>();
            try {
                while (true) {
                    hogs.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                check(hogs.size() > ENOUGH, "descriptors");
            }
            try {
                ProcessEntry entry = ProcessEntry.read(STATE, pid);
                throw new AssertionError("without a descriptor: " + entry);
            } catch (IOException expected) {
                check(expected.getMessage().contains("EMFILE"), expected.getMessage());
            }
            for (int free = 0; free < ENOUGH; free++) {
                int before = open();
                boolean answered = look(tree);
                check(open() <= before, "descriptors are left open with " + free + " left");
                check(!answered || found > 0, "nothing is found with " + free + " descriptors left");
                hogs.remove().close();
            }
            check(failed > 0, "no search has failed");
            check(look(tree) && found == 2, "both are found again: " + found);
        } finally {
            tree.close(STATE);
            leader.descendants().forEach(ProcessHandle::destroyForcibly);
            leader.destroyForcibly();
        }
        System.out.println("done");
    }

    /** Whether the search has had an answer. */
    private static boolean look(ProcessSet tree) {
        try {
            MemberSnapshot snapshot = tree.snapshot(STATE, false);
            found = snapshot.living().size();
            snapshot.close(STATE);
            return true;
        } catch (IOException e) {
            failed++;
            return false;
        }
    }

    /** Counted without a descriptor. */
    private static int open() {
        int open = 0;
        for (int fd = 0; fd < 1024; fd++) {
            if (Descriptors.isOpen(STATE, fd)) {
                open++;
            }
        }
        return open;
    }
}
