package dev.leash.cli.batch;

/** Shows the progress of a batch while it runs. For one thread. */
interface BatchProgress {
    /** Another job has ended, {@code failed} so far of {@code ended}. */
    void ended(long ended, long failed);

    /** The batch has ended. */
    void close();
}
