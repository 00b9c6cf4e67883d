package dev.leash.internal.service;

import dev.leash.internal.service.Event.Timing;

/** What a table does to the world. None of it waits. */
public interface Effects {
    /** Starts the program: {@link Event.Started} or {@link Event.NotStarted} follows. */
    void start();

    /** Ends the run by its plan: {@link Event.Ended} follows. Called again if it has to end for another reason. */
    void stop();

    /** Looks for when it is ready. */
    void watchReadiness();

    /** Looks whether it is healthy, again and again. */
    void watchHealth();

    /** Looks for neither any more. */
    void watchNothing();

    /** {@link Event.Due} comes at this time, unless it is {@linkplain #disarm disarmed}; an earlier one does not. */
    void arm(Timing timing, long dueNanos);

    /** No {@link Event.Due} of this kind comes. */
    void disarm(Timing timing);

    /** The phase, or what is told about it, has changed. */
    void changed(Phase phase, String why);
}
