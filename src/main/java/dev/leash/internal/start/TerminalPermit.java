package dev.leash.internal.start;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.PseudoTerminal;
import dev.leash.internal.sys.SystemCallException;

/**
 * The slave of a pseudo-terminal that is locked, see unlockpt(3). For a JVM that its own children may not look into, so
 * that its descriptors cannot be opened through /proc.
 */
final class TerminalPermit implements ExecPermit {
    private final int master;

    TerminalPermit(CallState state) throws SystemCallException {
        master = SystemCallException.check(
                "no pseudo-terminal to hold the child at, which may not look into this JVM, posix_openpt",
                PseudoTerminal.openLocked(state));
    }

    @Override
    public byte[] path() {
        return PseudoTerminal.slave(master);
    }

    @Override
    public void give(CallState state) throws SystemCallException {
        SystemCallException.check("ioctl TIOCSPTLCK", PseudoTerminal.setLocked(state, master, false));
    }

    @Override
    public void take(CallState state) throws SystemCallException {
        SystemCallException.check("ioctl TIOCSPTLCK", PseudoTerminal.setLocked(state, master, true));
    }

    @Override
    public void close(CallState state) {
        Descriptors.close(state, master);
    }
}
