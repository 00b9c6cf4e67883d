package dev.leash.internal.service;

/** What follows the end of a run that was told to end. */
enum Then {
    STAY,
    START,
    /** It waits for its start. */
    WAIT,
    /** It counts as a failure. */
    RECOVER
}
