package dev.leash.cli.caller;

import dev.leash.cli.run.ForegroundJob;
import dev.leash.internal.contain.OrphanReaper;
import dev.leash.internal.sys.OwnChildren;
import dev.leash.internal.sys.SignalSet;

/** What each subcommand that starts programs has to do as the first process of a container: to reap what it adopts. */
public final class InitDuty {
    private InitDuty() {}

    /** Whether this process is init. Nothing outlives it: a guardian would have nothing to guard. */
    public static boolean isNeeded() {
        return OrphanReaper.isNeeded();
    }

    /** Before anything is started. Returns the signals that are needed for it; none where this process is not init. */
    public static long begin() {
        if (!OrphanReaper.isNeeded()) {
            return 0;
        }
        PassableSignals.loadRivals(); // /proc is going to be read
        OwnChildren.record();
        return SignalSet.bits(ForegroundJob.SIGCHLD);
    }

    /** Does it from now on; what is received goes to {@code others}, too. */
    public static SignalRelay.Receiver with(SignalRelay.Receiver others) {
        if (!OrphanReaper.isNeeded()) {
            return others;
        }
        OrphanReaper reaper = new OrphanReaper();
        reaper.start();
        return signal -> {
            if (signal == ForegroundJob.SIGCHLD) {
                reaper.childChanged();
            }
            others.received(signal);
        };
    }
}
