package dev.leash.internal.run;

/** What goes wrong after something else has: it is kept with that. */
public final class Suppression {
    private Suppression() {}

    /**
     * Adds {@code other} to what {@code first} suppresses. A throwable cannot suppress itself, as one made in advance
     * would.
     */
    public static void add(Throwable first, Throwable other) {
        if (!first.equals(other)) {
            first.addSuppressed(other);
        }
    }
}
