package dev.leash;

import java.time.Instant;

/**
 * A {@link Service} has come from one state to another.
 *
 * @param service its name
 * @param number counts up from 1 for each {@link ServiceHandle}: a subscriber that is too slow sees a gap
 * @param time of the wall clock
 */
public record ServiceEvent(String service, long number, Instant time, ServiceState from, ServiceState to) {}
