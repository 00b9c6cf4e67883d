package dev.leash.cli.batch;

/** How far a batch has come, told while it runs. For one thread. */
interface BatchProgress {
    /** Another job has ended, {@code failed} so far of {@code ended}. */
    void ended(long ended, long failed);

    /** There is no more to tell. */
    void close();
}
