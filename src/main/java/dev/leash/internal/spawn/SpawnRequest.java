package dev.leash.internal.spawn;

import dev.leash.internal.sys.SpawnAttributes;
import java.util.List;

/**
 * The data of one start. Arguments and paths are bytes without NUL.
 *
 * @param arguments the program and its arguments, at least one
 * @param descriptors the actions on the child's descriptors, in this order
 * @param closeFrom the child closes its descriptors from this number on; -1 for none
 * @param execFifos exec fifos, which the child opens for reading and closes again after all else is done and all other
 *     descriptors are closed: each may make the child wait, or keep it from executing its program. Only with
 *     {@code closeFrom}
 * @param beforeEachChild run on the calling thread before each child is made; there may be several children until one
 *     can execute a program
 */
public record SpawnRequest(
        List<byte[]> arguments,
        ChildEnvironment environment,
        Directory directory,
        List<DescriptorAction> descriptors,
        SpawnAttributes attributes,
        int closeFrom,
        List<byte[]> execFifos,
        Runnable beforeEachChild) {
    /** A request without a {@code beforeEachChild}. */
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
