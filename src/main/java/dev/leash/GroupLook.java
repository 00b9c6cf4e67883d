package dev.leash;

import org.jspecify.annotations.Nullable;

/**
 * A group of services at a moment.
 *
 * @param obstacle a service because of which it will not be ready by itself; null if there is none
 */
record GroupLook(boolean ready, boolean over, @Nullable ServiceHandle obstacle) {}
