package dev.leash.internal.spawn;

import dev.leash.internal.sys.SpawnAttributes;
import java.util.List;

/**
 * All that one start needs to know. Arguments and paths are bytes without NUL.
 *
 * @param arguments the program and its arguments, at least one
 * @param descriptors what is done to the child's descriptors, in this order
 * @param closeFrom the child loses what it has open from this number on; -1 for nothing
 * @param gates files that are opened for reading, and closed again, when all else has been done and all other descriptors
 *     are closed: each may hold the child up, and refuse to let it execute its program. Only where others are closed
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
        List<byte[]> gates,
        Runnable beforeEachChild) {
    /** A request with nothing to do before. */
    public SpawnRequest(
            List<byte[]> arguments,
            ChildEnvironment environment,
            Directory directory,
            List<DescriptorAction> descriptors,
            SpawnAttributes attributes,
            int closeFrom) {
        this(arguments, environment, directory, descriptors, attributes, closeFrom, List.of(), () -> {});
    }
}
