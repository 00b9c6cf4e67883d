package dev.leash.internal.start;

import dev.leash.internal.contain.Cgroup;
import dev.leash.internal.contain.FollowedGroup;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.contain.ProcessTree;
import dev.leash.internal.spec.RunSpec;
import java.io.IOException;

/** Prepares what the process set of a run needs before its first program is started. For any thread. */
@FunctionalInterface
public interface ProcessSets {
    /** The process set that a spec asks for. */
    ProcessSets AS_SPECIFIED = spec -> switch (spec.containment()) {
        case GROUP -> FollowedGroup.FACTORY;
        case TREE -> ProcessTree.prepare();
        case CGROUP -> Cgroup.prepare(spec.limits());
    };

    /**
     * For one start; the caller has to {@linkplain ProcessSet.Factory#abandon abandon} the result, or make the set
     * from it.
     *
     * @throws IOException with a message that says which file or right is missing; nothing is left then
     */
    ProcessSet.Factory prepare(RunSpec spec) throws IOException;
}
