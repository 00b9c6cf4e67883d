package dev.leash.bench;

/** What is being run in a {@link Bench}. */
public enum Stage {
    /** What a variant needs once, before anything is measured. */
    SETUP,
    /** What it needs before each run. */
    PREPARE,
    /** A run that is not measured. */
    WARMUP,
    /** A run that is measured. */
    RUN,
    /** What follows each run. */
    CONCLUDE,
    /** What follows the last run of all. */
    CLEANUP
}
