package dev.leash.support;

import java.time.Duration;

/** How long tests wait for what has to come. JUnit is not needed, so that a forked JVM can ask, too. */
public final class Patience {
    /** How many times slower than others this machine is: one that is made in software takes long for all it does. */
    public static final int FACTOR = Integer.getInteger("leash.test.patience", 1);

    private Patience() {}

    /** So many seconds, and more on a machine that the property {@code leash.test.patience} says is slow. */
    public static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds * FACTOR);
    }
}
