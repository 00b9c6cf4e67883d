package dev.leash.internal.run;

/** Where a run is in its life. It only ever goes down this list, except that a stop may search for members more than once. */
enum State {
    /** Its programs run, and nothing has asked it to end. */
    RUNNING,
    /** It is being stopped, and the members are searched for that are to get the next signal. Its programs run. */
    SEARCHING,
    /** It is being stopped, and its programs have the time that the plan gives after the last signal. */
    WAITING,
    /** It is being stopped, and its programs have been sent KILL. */
    KILLED,
    /** It was being stopped when its programs exited. What is left of it has the time that the plan still gives. */
    LINGERING,
    /** Its programs are gone or given up. What is left of it is being killed. */
    SWEEPING,
    /** All of it is gone or given up. Its pipes are read to their ends. */
    DRAINING,
    /** No more is read. The consumers take what they have been given. */
    DELIVERING,
    /** All has been given back, and the result is told. */
    DONE
}
