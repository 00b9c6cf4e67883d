package dev.leash.cli;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.OwnProcess;
import dev.leash.internal.sys.SignalDispositions;
import dev.leash.internal.sys.SignalSet;
import dev.leash.internal.sys.SystemCallException;

/** Which signals {@code leash timeout} handles: all that would end it. */
final class TimeoutSignals {
    static final int SIGALRM = 14;

    /**
     * By default they end a process. The four missing ones, ILL, BUS, FPE and SEGV, are the JVM's: it could not go on
     * without its own handlers.
     */
    private static final long ENDING =
            SignalSet.bits(1, 2, 3, 5, 6, 10, 12, 13, SIGALRM, 15, 16, 24, 25, 26, 27, 29, 30, 31);

    /** From RTMIN, 34, to RTMAX. The C library keeps two before them for itself. */
    private static final long REAL_TIME = -1L << 33;

    private static final long NOT_TO_BE_HANDLED = SignalSet.bits(4, 7, 8, 9, 11, 19, 32, 33);

    private TimeoutSignals() {}

    /** @param sent the signal that is sent at the deadline; from outside, too, it is passed on */
    static SignalRelay take(CallState state, CallersWorld world, int sent) throws SystemCallException {
        // What the caller ignored stays ignored, here and in the program, but for these two.
        long needed = SignalSet.bits(SIGALRM) | (sent > 0 ? SignalSet.bits(sent) : 0);
        long passedOn = (ENDING | REAL_TIME) & ~world.ignoredSignals();
        SignalRelay relay = SignalRelay.take(state, (needed | passedOn) & ~NOT_TO_BE_HANDLED);
        // The program may read from a terminal whose foreground it is not in. That stops the group, but not us.
        SignalDispositions.ignoreAll(SignalSet.bits(ForegroundJob.SIGTTIN, ForegroundJob.SIGTTOU));
        OwnProcess.unblock(state, SIGALRM);
        return relay;
    }
}
