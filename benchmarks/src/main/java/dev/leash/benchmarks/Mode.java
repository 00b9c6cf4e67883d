package dev.leash.benchmarks;

/**
 * How long everything is measured.
 *
 * @param sliceMillis what a contender gets in one round, before it is the next one's turn
 * @param rounds how many there are
 * @param warmMillis what a contender gets once for each work, uncounted, before the rounds
 * @param freshMillis what it gets instead for the first work in its process
 * @param runs for works that are counted in runs: how many
 * @param rates for works that are counted in runs: how often
 * @param jvms how many fresh JVMs there are for works of a JVM's first moments
 * @param crowds how many live children there are beside the one that is measured
 */
public record Mode(
        String name,
        int sliceMillis,
        int rounds,
        int warmMillis,
        int freshMillis,
        int runs,
        int rates,
        int jvms,
        int[] crowds) {
    /** Each benchmark once: whether it works. Its numbers say nothing. */
    static final Mode SMOKE = new Mode("smoke", 1, 1, 0, 0, 8, 1, 1, new int[] {20});

    static final Mode QUICK = new Mode("quick", 50, 10, 600, 3_000, 400, 5, 10, new int[] {100, 1_000, 10_000});

    static final Mode FULL = new Mode("full", 120, 40, 4_000, 10_000, 1_000, 11, 50, new int[] {100, 1_000, 10_000});

    /** For each iteration of JMH's. */
    int jmhMillis() {
        return Math.max(20, freshMillis() / 2);
    }

    public boolean isSmoke() {
        return this == SMOKE;
    }
}
