package dev.leash.internal.run;

/** What goes wrong after something else has: it is kept with that. */
final class Suppression {
    private Suppression() {}

    /**
     * Adds {@code other} to what {@code first} suppresses. A throwable cannot suppress itself, as one made in advance
     * would.
     */
    static void add(Throwable first, Throwable other) {
        if (!first.equals(other)) {
            first.addSuppressed(other);
        }
    }
}
