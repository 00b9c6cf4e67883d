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
 * The signals that {@code leash timeout} handles: all that would end it. As the first process of a container, which
 * no default disposition ends, it is the only process that others can signal from outside, so it forwards harmless
 * signals as well.
 */
final class TimeoutSignals {
    static final int SIGALRM = SignalNumbers.SIGALRM;

    private static final long NOT_TO_BE_HANDLED = ~PassableSignals.ALL;

    private TimeoutSignals() {}

    /** @param sent the signal that is sent at the deadline; this process also forwards it when it gets it */
    static SignalRelay take(CallState state, CallerContext caller, CallersDescriptors descriptors, int sent)
            throws SystemCallException {
        // Signals that the caller ignored stay ignored, here and in the program, except these two.
        long needed = SignalSet.bits(SIGALRM) | (sent > 0 ? SignalSet.bits(sent) : 0);
        long all = PassableSignals.ALL & ~(OrphanReaper.isNeeded() ? 0 : PassableSignals.HARMLESS);
        long passedOn = PassableSignals.affordable(state, all & ~caller.ignoredSignals());
        long signals = ((needed | passedOn) & ~NOT_TO_BE_HANDLED) | InitDuty.begin();
        descriptors.freeNumbers();
        SignalRelay relay = SignalRelay.take(state, signals);
        // The program may read from a terminal whose foreground it is not in. That stops the group, but must not stop
        // this process.
        SignalDispositions.ignoreAll(SignalSet.bits(ForegroundJob.SIGTTIN, ForegroundJob.SIGTTOU));
        OwnProcess.unblock(state, SIGALRM);
        return relay;
    }
}
