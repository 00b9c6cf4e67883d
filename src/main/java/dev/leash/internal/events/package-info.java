/**
 * What is told to the outside while it happens: events for the Flight Recorder, and lines in the log. Any layer above may
 * tell; nothing here knows what a run is. Where the JVM has no module {@code jdk.jfr}, no class that needs it is touched.
 */
@NullMarked
package dev.leash.internal.events;

import org.jspecify.annotations.NullMarked;
