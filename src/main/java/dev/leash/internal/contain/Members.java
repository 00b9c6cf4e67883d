package dev.leash.internal.contain;

import dev.leash.Straggler;
import dev.leash.Straggler.Membership;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Makes {@link Straggler}s from what /proc shows, and text from them. */
public final class Members {
    private Members() {}

    static Straggler of(ProcessEntry process, Membership membership, boolean refused) {
        return new Straggler(process.pid(), process.name(), membership, refused);
    }

    private static String name(CallState state, int pid) {
        try {
            ProcessEntry now = ProcessEntry.read(state, pid);
            return now == null ? "" : now.name();
        } catch (IOException e) {
            return ""; // the process is there all the same
        }
    }

    /** A program of a run, which has not been reaped. */
    public static Straggler program(CallState state, int pid, boolean leader, boolean refused) {
        return new Straggler(pid, name(state, pid), leader ? Membership.LEADER : Membership.GROUP, refused);
    }

    /**
     * Text for messages, such as {@code sleep [4711], not to be signalled (EPERM)}. A name may contain any byte, so
     * it is escaped.
     *
     * @param refusal the errno with which the kernel refuses to signal the refused ones
     */
    public static String text(List<Straggler> members, int refusal) {
        return members.stream().map(member -> text(member, refusal)).collect(Collectors.joining(", "));
    }

    private static String text(Straggler member, int refusal) {
        return member.name().replaceAll("\\p{Cntrl}", "?") + " [" + member.pid() + "]"
                + (member.refused() ? ", not to be signalled (" + Errno.name(refusal) + ")" : "");
    }
}
