package dev.leash.internal.notify;

import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.util.function.IntPredicate;

/** Tells whether a process, which has sent a message, belongs to the run. */
public interface Senders {
    /** What is known at once. */
    enum Answer {
        MEMBER,
        STRANGER,
        /** That is for {@link #look}. */
        UNKNOWN
    }

    /**
     * What a few system calls tell of the process that has the number {@code pid} now. On the loop's thread, which must
     * not wait.
     *
     * @param state the calling thread's
     */
    Answer atOnce(CallState state, int pid);

    /**
     * Whether the process that has the number {@code pid} now belongs to the run. On a virtual thread; may take long.
     *
     * @throws IOException if it cannot be found out
     */
    boolean look(CallState state, int pid) throws IOException;

    /** Where it can always be known at once. */
    static Senders known(IntPredicate isMember) {
        return new Senders() {
            @Override
            public Answer atOnce(CallState state, int pid) {
                return isMember.test(pid) ? Answer.MEMBER : Answer.STRANGER;
            }

            @Override
            public boolean look(CallState state, int pid) {
                return false;
            }
        };
    }
}
