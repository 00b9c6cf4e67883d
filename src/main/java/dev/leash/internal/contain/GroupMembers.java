package dev.leash.internal.contain;

import dev.leash.Straggler;
import dev.leash.Straggler.Membership;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The members of a process group, without zombies, from the {@link ProcessTable}. Never for the loop's thread. */
final class GroupMembers {
    private GroupMembers() {}

    static Set<Integer> of(int pgid) throws IOException {
        Set<Integer> members = new HashSet<>();
        living(pgid).forEach(process -> members.add(process.pid()));
        return members;
    }

    static Set<Integer> withZombies(int pgid) throws IOException {
        Set<Integer> members = new HashSet<>();
        for (ProcessEntry process : ProcessTable.fresh().entries()) {
            if (process.group() == pgid) {
                members.add(process.pid());
            }
        }
        return members;
    }

    private static List<ProcessEntry> living(int pgid) throws IOException {
        List<ProcessEntry> living = new ArrayList<>();
        for (ProcessEntry process : ProcessTable.fresh().entries()) {
            if (process.group() == pgid && process.alive()) {
                living.add(process);
            }
        }
        return living;
    }

    /**
     * The members, and which of them may not be signalled: kill(2) of a group reports no refusal if it reaches any
     * member.
     */
    static MemberSnapshot snapshot(CallState state, int pgid) throws IOException {
        List<Straggler> living = new ArrayList<>();
        int refusal = 0;
        for (ProcessEntry process : living(pgid)) {
            Membership membership = process.pid() == pgid ? Membership.LEADER : Membership.GROUP;
            int refusedBy = refusal(state, process);
            refusal = refusedBy == 0 ? refusal : refusedBy;
            living.add(Members.of(process, membership, refusedBy != 0));
        }
        return MemberSnapshot.of(living, refusal);
    }

    private static int refusal(CallState state, ProcessEntry process) throws IOException {
        int pidfd = Processes.openPidfd(state, process.pid());
        if (pidfd < 0) {
            return 0; // it has ended, or it cannot be asked and the answer is unknown
        }
        try {
            ProcessEntry now = ProcessEntry.read(state, process.pid());
            boolean same = now != null && now.startTicks() == process.startTicks();
            // Signal 0 changes nothing, so it is safe to send by pid.
            int answer = same ? Processes.signalUnreaped(state, process.pid(), pidfd, 0) : 0;
            return answer == -Errno.ESRCH ? 0 : -answer;
        } finally {
            Descriptors.close(state, pidfd);
        }
    }
}
