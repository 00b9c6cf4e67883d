package dev.leash.internal.run;

import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.notify.Senders;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Processes;
import java.io.IOException;

/**
 * Which processes may speak for a run: its leader; each in its group; and each that has left that, if it bears what only
 * members do, such as the cgroup of the run. As long as the leader has not been reaped its number and that of the group
 * are nobody else's.
 */
final class RunSenders implements Senders {
    private final Run run;
    private final ProcessSet members;

    RunSenders(Run run, ProcessSet members) {
        this.run = run;
        this.members = members;
    }

    @Override
    public Answer atOnce(CallState state, int pid) {
        Answer answer = run.requests()
                .askWhilePinned(leader -> pid == leader || Processes.groupOf(state, pid) == leader
                        ? Answer.MEMBER
                        : members.bearsMark() ? Answer.UNKNOWN : Answer.STRANGER)
                .getNow(null);
        return answer == null ? Answer.STRANGER : answer;
    }

    @Override
    public boolean look(CallState state, int pid) throws IOException {
        return members.bearsMark(state, pid);
    }
}
