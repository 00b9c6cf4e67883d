/**
 * Reports to the outside: events for the Flight Recorder, and lines in the log. Any layer above may report; nothing
 * here knows what a run is. If the JVM lacks the module {@code jdk.jfr}, no class that needs it is loaded.
 */
@NullMarked
package dev.leash.internal.events;

import org.jspecify.annotations.NullMarked;
