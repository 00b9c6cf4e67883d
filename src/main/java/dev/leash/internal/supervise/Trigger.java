package dev.leash.internal.supervise;

/** The event that ended a run's normal course. Decided once, in the order in which the loop saw things. */
public enum Trigger {
    LEADER_EXIT,
    DEADLINE,
    CANCEL,
    OUTPUT_LIMIT,
    CLOSE
}
