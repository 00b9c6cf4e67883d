package dev.leash.internal.run;

import dev.leash.Limit;
import dev.leash.Straggler;
import dev.leash.internal.contain.Delivery;
import dev.leash.internal.events.Log;
import dev.leash.internal.io.OutputEnd;
import dev.leash.internal.proc.ExitInProgress;
import dev.leash.internal.sys.CallStates;
import java.util.List;

/** The classes that the end of a run needs. */
public final class RunClasses {
    /** In this package. Those with a dollar are made by the compiler for a switch, and nested ones. */
    private static final List<String> NAMES = List.of(
            "Run",
            "Dispatcher",
            "RunTable",
            "RunTable$1",
            "Transitions",
            "Transitions$1",
            "RunEffects",
            "RunTimer",
            "RunTimer$Due",
            "MemberControl",
            "SignalDelivery",
            "Pause",
            "Event$Kind",
            "State",
            "StopLadder",
            "Sweep",
            "MemberSearch",
            "Streams",
            "StreamEvents",
            "Findings",
            "ReachedLimits",
            "Release",
            "Suppression",
            "Conclusion",
            "Ending",
            "Ending$Stage");

    private RunClasses() {}

    /** Loads and initializes them: the first time this takes milliseconds. */
    public static void load() throws ClassNotFoundException {
        ClassLoader loader = Run.class.getClassLoader();
        for (String name : NAMES) {
            Class<?> ignored = Class.forName(Run.class.getPackageName() + "." + name, true, loader);
        }
        for (Class<?> needed : List.of(
                CallStates.class,
                ExitInProgress.class,
                Log.class,
                Delivery.class,
                OutputEnd.class,
                Straggler.class,
                Limit.class)) {
            Class<?> ignored = Class.forName(needed.getName(), true, loader);
        }
    }
}
