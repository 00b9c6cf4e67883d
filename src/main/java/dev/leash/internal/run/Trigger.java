package dev.leash.internal.run;

/** The event that ended a run's normal course. Decided once, in the order in which the loop saw things. */
public enum Trigger {
    LEADER_EXIT("EXITED"),
    DEADLINE("TIMED_OUT"),
    IDLE("IDLE"),
    CANCEL("CANCELLED"),
    OUTPUT_LIMIT("OUTPUT_LIMIT"),
    /** User code that was given output, or was to give input, has thrown. */
    USER_CODE("FAILED"),
    CLOSE("CLOSED");

    private final String cause;

    Trigger(String cause) {
        this.cause = cause;
    }

    /** What users call it. */
    String cause() {
        return cause;
    }
}
