package dev.leash.internal.start;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.OwnProcess;
import dev.leash.internal.sys.SystemCallException;

/**
 * A file that a child has to open before it executes its program, which it can from {@link #give} to {@link #take}.
 * Nothing but this JVM can give it, and it is gone with the JVM. For the threads of one start.
 */
interface ExecPermit {
    /** One that is not given yet. */
    static ExecPermit create(CallState state) throws SystemCallException {
        return OwnProcess.maySeeInto(state) ? new DescriptorPermit(state) : new TerminalPermit(state);
    }

    byte[] path();

    void give(CallState state) throws SystemCallException;

    void take(CallState state) throws SystemCallException;

    /** It cannot be opened any more. */
    void close(CallState state);
}
