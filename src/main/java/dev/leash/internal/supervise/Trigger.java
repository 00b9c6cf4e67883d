package dev.leash.internal.supervise;

/** The event that ended a run's normal course. Decided once, in the order in which the loop saw things. */
public enum Trigger {
    LEADER_EXIT,
    DEADLINE,
    IDLE,
    CANCEL,
    OUTPUT_LIMIT,
    /** User code that was given output, or was to give input, has thrown. */
    USER_CODE,
    CLOSE
}
