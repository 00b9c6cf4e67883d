package dev.leash.internal.run;

/**
 * Where a run is in its life. It only ever goes down this list, except that a stop may search for members more than
 * once.
 */
enum State {
    /** Its programs run, and nothing has asked it to end. */
    RUNNING,
    /** It is being stopped, and a search for the members that get the next signal is under way. Its programs run. */
    SEARCHING,
    /**
     * It is being stopped, and its programs have the grace that the plan gives after the last signal; or KILL is next,
     * but they are exiting already.
     */
    WAITING,
    /** It is being stopped, and its programs have been sent KILL. */
    KILLED,
    /** It was being stopped when its programs exited. The remaining members have the time that the plan still gives. */
    LINGERING,
    /** Its programs are gone or given up. The remaining members are being killed. */
    SWEEPING,
    /** All members are gone or given up. Its pipes are read to their ends. */
    DRAINING,
    /** No more is read. The consumers finish with what they have been given. */
    DELIVERING,
    /** Everything has been released, and the result is reported. */
    DONE
}
