package dev.leash.cli;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.OwnProcess;
import dev.leash.internal.sys.SignalDispositions;

/** Which signals {@code leash timeout} handles: all that would end it. */
final class TimeoutSignals {
    static final int SIGALRM = 14;

    /**
     * By default they end a process. The four missing ones, ILL, BUS, FPE and SEGV, are the JVM's: it could not go on
     * without its own handlers.
     */
    private static final int[] ENDING = {1, 2, 3, 5, 6, 10, 12, 13, SIGALRM, 15, 16, 24, 25, 26, 27, 29, 30, 31};

    private static final int RTMIN = 34;
    private static final int RTMAX = 64;
    private static final long NOT_TO_BE_HANDLED = CallersWorld.bit(4)
            | CallersWorld.bit(7)
            | CallersWorld.bit(8)
            | CallersWorld.bit(9)
            | CallersWorld.bit(11)
            | CallersWorld.bit(19)
            | CallersWorld.bit(32)
            | CallersWorld.bit(33);

    private TimeoutSignals() {}

    /** @param sent the signal that is sent at the deadline; from outside, too, it is passed on */
    static SignalRelay take(CallState state, CallersWorld world, int sent) {
        SignalRelay relay = new SignalRelay(state);
        long taken = NOT_TO_BE_HANDLED;
        if (sent > 0 && (taken & CallersWorld.bit(sent)) == 0) {
            relay.take(sent);
            taken |= CallersWorld.bit(sent);
        }
        if ((taken & CallersWorld.bit(SIGALRM)) == 0) {
            relay.take(SIGALRM);
            taken |= CallersWorld.bit(SIGALRM);
        }
        // What the caller ignored stays ignored, here and in the program.
        taken |= world.ignoredSignals();
        for (int signal : ENDING) {
            if ((taken & CallersWorld.bit(signal)) == 0) {
                relay.take(signal);
            }
        }
        for (int signal = RTMIN; signal <= RTMAX; signal++) {
            if (signal != sent && (taken & CallersWorld.bit(signal)) == 0) {
                relay.take(signal);
            }
        }
        // The program may read from a terminal whose foreground it is not in. That stops the group, but not us.
        SignalDispositions.ignore(ForegroundJob.SIGTTIN);
        SignalDispositions.ignore(ForegroundJob.SIGTTOU);
        OwnProcess.unblock(state, SIGALRM);
        return relay;
    }
}
