package dev.leash.bench;

import java.util.SplittableRandom;

/**
 * The order in which the variants of each round are run: every one once, in an order drawn anew for each round, so
 * that whatever changes on the machine meanwhile meets all alike. The same seed gives the same orders. For one thread.
 */
final class RunOrder {
    private final SplittableRandom random;
    private final int variants;

    RunOrder(long seed, int variants) {
        this.random = new SplittableRandom(seed);
        this.variants = variants;
    }

    /** The variants of the next round, by number from 0. */
    int[] next() {
        int[] order = new int[variants];
        for (int at = 0; at < variants; at++) {
            // Each order is as likely as any other: Fisher and Yates, from the inside out.
            int other = random.nextInt(at + 1);
            order[at] = order[other];
            order[other] = at;
        }
        return order;
    }
}
