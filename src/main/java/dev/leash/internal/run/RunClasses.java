package dev.leash.internal.run;

import java.util.List;

/** The classes that the end of a run needs. */
public final class RunClasses {
    private RunClasses() {}

    /** Loads and initializes them: the first time this takes milliseconds. */
    public static void load() throws ClassNotFoundException {
        for (Class<?> needed : List.of(
                Run.class,
                RunTable.class,
                RunEffects.class,
                Event.Kind.class,
                State.class,
                StopLadder.class,
                Sweep.class,
                MemberSearch.class,
                Findings.class,
                Ending.class,
                Ending.Stage.class)) {
            Class<?> ignored = Class.forName(needed.getName(), true, needed.getClassLoader());
        }
    }
}
