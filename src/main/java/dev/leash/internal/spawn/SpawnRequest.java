package dev.leash.internal.spawn;

import dev.leash.internal.sys.SpawnAttributes;
import java.util.List;

/**
 * All that one start needs to know. Arguments and paths are bytes without NUL.
 *
 * @param arguments the program and its arguments, at least one
 * @param descriptors what is done to the child's descriptors, in this order
 * @param closeFrom the child loses what it has open from this number on; -1 for nothing
 * @param beforeEachChild run on the calling thread before each child that is made: there may be several, until one can
 *     execute a program
 */
public record SpawnRequest(
        List<byte[]> arguments,
        ChildEnvironment environment,
        Directory directory,
        List<DescriptorAction> descriptors,
        SpawnAttributes attributes,
        int closeFrom,
        Runnable beforeEachChild) {
    /** A request with nothing to do before. */
    public SpawnRequest(
            List<byte[]> arguments,
            ChildEnvironment environment,
            Directory directory,
            List<DescriptorAction> descriptors,
            SpawnAttributes attributes,
            int closeFrom) {
        this(arguments, environment, directory, descriptors, attributes, closeFrom, () -> {});
    }
}
