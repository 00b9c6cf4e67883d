/**
 * What a {@link dev.leash.Supervisor} counts, as meters of Micrometer. It needs {@code io.micrometer:micrometer-core}, which
 * Leash does not bring: without it everything works but this package.
 */
@NullMarked
package dev.leash.micrometer;

import org.jspecify.annotations.NullMarked;
