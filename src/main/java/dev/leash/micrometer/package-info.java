/**
 * The counters of a {@link dev.leash.Supervisor} as meters of Micrometer. It needs
 * {@code io.micrometer:micrometer-core}, which Leash does not bring: without it all other
 * packages work.
 */
@NullMarked
package dev.leash.micrometer;

import org.jspecify.annotations.NullMarked;
