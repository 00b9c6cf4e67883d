package dev.leash.cli.timeout;

import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.caller.CallersDescriptors;
import dev.leash.cli.caller.InitDuty;
import dev.leash.cli.caller.PassableSignals;
import dev.leash.cli.caller.SignalRelay;
import dev.leash.cli.run.ForegroundJob;
import dev.leash.internal.contain.OrphanReaper;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.OwnProcess;
import dev.leash.internal.sys.SignalDispositions;
import dev.leash.internal.sys.SignalNumbers;
import dev.leash.internal.sys.SignalSet;
import dev.leash.internal.sys.SystemCallException;

/**
 * Which signals {@code leash timeout} handles: all that would end it. As the first process of a container, where none does,
 * it is the only one that others can send a signal to, so it passes on harmless ones as well.
 */
final class TimeoutSignals {
    static final int SIGALRM = SignalNumbers.SIGALRM;

    private static final long NOT_TO_BE_HANDLED = ~PassableSignals.ALL;

    private TimeoutSignals() {}

    /** @param sent the signal that is sent at the deadline; from outside, too, it is passed on */
    static SignalRelay take(CallState state, CallerContext caller, CallersDescriptors descriptors, int sent)
            throws SystemCallException {
        // What the caller ignored stays ignored, here and in the program, but for these two.
        long needed = SignalSet.bits(SIGALRM) | (sent > 0 ? SignalSet.bits(sent) : 0);
        long all = PassableSignals.ALL & ~(OrphanReaper.isNeeded() ? 0 : PassableSignals.HARMLESS);
        long passedOn = PassableSignals.affordable(state, all & ~caller.ignoredSignals());
        long signals = ((needed | passedOn) & ~NOT_TO_BE_HANDLED) | InitDuty.begin();
        descriptors.freeNumbers();
        SignalRelay relay = SignalRelay.take(state, signals);
        // The program may read from a terminal whose foreground it is not in. That stops the group, but not us.
        SignalDispositions.ignoreAll(SignalSet.bits(ForegroundJob.SIGTTIN, ForegroundJob.SIGTTOU));
        OwnProcess.unblock(state, SIGALRM);
        return relay;
    }
}
