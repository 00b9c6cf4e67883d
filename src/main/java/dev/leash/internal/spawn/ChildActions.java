package dev.leash.internal.spawn;

import dev.leash.internal.sys.Spawn;
import dev.leash.internal.sys.SpawnActions;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the child of a request does between fork and exec, as file actions of posix_spawn(3). */
final class ChildActions {
    /** No numbers. */
    static final int[] NONE = {};

    private ChildActions() {}

    /**
     * Adds the actions.
     *
     * @param scratch for the calling thread; not needed any more once this returns
     * @param closesFrom whether the child closes all descriptors from {@link SpawnRequest#closeFrom} on
     * @param closed numbers that it closes one by one otherwise
     */
    static void describe(SpawnActions actions, Arena scratch, SpawnRequest request, boolean closesFrom, int[] closed) {
        for (DescriptorAction action : request.descriptors()) {
            action.addTo(actions, scratch);
        }
        request.directory().addTo(actions, scratch);
        if (request.closeFrom() >= 0 && closesFrom) {
            actions.closeFrom(request.closeFrom());
        }
        for (int fd : closed) {
            actions.close(fd);
        }
        for (byte[] fifo : request.execFifos()) {
            // A child that waits here no longer has the parent's descriptors: otherwise the guardian would wait for
            // it.
            int lowest = lowestFree(request);
            actions.open(lowest, Spawn.terminated(scratch, fifo), Spawn.readOnlyNoTerminal(), 0);
            actions.close(lowest);
        }
    }

    /**
     * The number that open(2) returns in the child, so that it need not be duplicated: the child may have a limit of
     * descriptors by then that is lower than the numbers of those that it was given.
     */
    private static int lowestFree(SpawnRequest request) {
        Set<Integer> taken = new HashSet<>(List.of(0, 1, 2));
        for (DescriptorAction action : request.descriptors()) {
            if (action instanceof DescriptorAction.Close) {
                taken.remove(action.target());
            } else {
                taken.add(action.target());
            }
        }
        int lowest = 0;
        while (taken.contains(lowest)) {
            lowest++;
        }
        return lowest;
    }
}
