package dev.leash.cli.caller;

import dev.leash.cli.run.ForegroundJob;
import dev.leash.internal.contain.OrphanReaper;
import dev.leash.internal.sys.OwnChildren;
import dev.leash.internal.sys.SignalSet;

/**
 * The duty of each subcommand that starts programs if it is the first process of a container: to reap what it adopts.
 */
public final class InitDuty {
    private InitDuty() {}

    /** Whether this process is init. Nothing outlives it: a guardian would have nothing to guard. */
    public static boolean isNeeded() {
        return OrphanReaper.isNeeded();
    }

    /**
     * Prepares for the reaping, before anything is started. Returns the signals that it needs; none if this process
     * is not init.
     */
    public static long begin() {
        if (!OrphanReaper.isNeeded()) {
            return 0;
        }
        PassableSignals.loadJdkHandlers(); // the reaper reads /proc
        loadProcessClass();
        OwnChildren.record();
        return SignalSet.bits(ForegroundJob.SIGCHLD);
    }

    /**
     * The JDK resets SIGCHLD with the class that starts processes, which comes sooner or later, with that of the environment
     * for example: so it is loaded before this process takes the signal.
     */
    private static void loadProcessClass() {
        try {
            Class<?> ignored = Class.forName("java.lang.ProcessImpl");
        } catch (ClassNotFoundException e) {
            // Then nothing resets it.
        }
    }

    /** Reaps from now on; signals also go to {@code others}. */
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
