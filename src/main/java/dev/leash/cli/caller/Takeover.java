package dev.leash.cli.caller;

import dev.leash.Supervisor;
import dev.leash.cli.io.Console;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.sys.CallState;
import java.io.IOException;

/**
 * How a command that runs others for long takes over what its caller has given it. The order matters: signals need certain
 * descriptor numbers, which the JVM takes for whatever it opens, classes and files among it.
 */
public final class Takeover {
    private Takeover() {}

    /**
     * Moves the caller's descriptors out of the way and takes the signals. As long as the command lives, so does a guardian;
     * not where it is init, which nothing outlives.
     *
     * @param waitingThreads see {@link CommandAccess#supervisor}
     * @param signals those to take unless the caller ignores them, see {@link dev.leash.internal.sys.SignalSet}
     * @param receiver gets them, on the loop's thread of the supervisor
     */
    public static Supervisor of(
            CallState state,
            CallerContext caller,
            CallersDescriptors descriptors,
            Console console,
            int waitingThreads,
            long signals,
            SignalRelay.Receiver receiver)
            throws IOException {
        descriptors.move();
        console.moveTo(descriptors.stdout(), descriptors.stderr());
        caller.ignoreAgain();
        PassableSignals.loadJdkHandlers();
        long taken = PassableSignals.affordable(state, (signals & ~caller.ignoredSignals()) | InitDuty.begin());
        descriptors.freeNumbers();
        SignalRelay relay = SignalRelay.take(state, taken);
        CommandAccess access = CommandAccess.get();
        Supervisor supervisor = access.supervisor(!InitDuty.isNeeded(), waitingThreads);
        relay.deliver(access.loop(supervisor), InitDuty.with(receiver));
        return supervisor;
    }
}
