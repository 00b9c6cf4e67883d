package dev.leash.internal.service;

/** Where a service is in its life. */
public enum Phase {
    /** It does not run, since it was not started, was told to stop, or is done. */
    STOPPED,
    /** It has ended with a success, and is not restarted. */
    DONE,
    /** It is started when others of its group are so far. */
    WAITING,
    /** It is being started, or runs and is not ready. */
    STARTING,
    READY,
    /** It was ready, and the last check of its health has failed. */
    UNREADY,
    /** It has ended and is started again at a time. */
    BACKING_OFF,
    /** It was told to end and still runs. */
    STOPPING,
    /** It is not started again unless somebody says so. */
    FAILED
}
