package dev.leash.bench;

/** Follows a bench while it runs, on the thread that runs it, between the runs. What it does takes no part in any. */
public interface BenchListener {
    /**
     * Something is about to be run.
     *
     * @param round the number of the round, from 0; of the warm-up, in that
     * @param rounds how many rounds there will be, as far as can be told by now; 0 if it cannot
     */
    default void begins(Stage stage, Variant variant, int round, int rounds) {}

    /** A run was measured. */
    default void measured(Variant variant, Measurement measurement) {}
}
