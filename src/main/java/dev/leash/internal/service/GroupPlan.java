package dev.leash.internal.service;

import java.util.Set;

/**
 * What a group shall be. Immutable.
 *
 * @param strategy what else is restarted when one has ended and is restarted
 * @param essential the names of those whose end is the end of the group
 */
public record GroupPlan(GroupOrder order, Strategy strategy, Set<String> essential) {
    /** What else is restarted when one has ended and is restarted. */
    public enum Strategy {
        ONE_FOR_ONE,
        ONE_FOR_ALL,
        /** Those that come after it in the order of the start. */
        REST_FOR_ONE
    }

    public GroupPlan {
        essential = Set.copyOf(essential);
    }
}
