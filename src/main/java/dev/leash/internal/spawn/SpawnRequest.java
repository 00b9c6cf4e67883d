package dev.leash.internal.spawn;

import dev.leash.internal.sys.SpawnAttributes;
import java.util.List;

/**
 * All that one start needs to know. Arguments and paths are bytes without NUL.
 *
 * @param arguments the program and its arguments, at least one
 * @param descriptors what is done to the child's descriptors, in this order
 * @param closeFrom the child loses what it has open from this number on; -1 for nothing
 */
public record SpawnRequest(
        List<byte[]> arguments,
        ChildEnvironment environment,
        Directory directory,
        List<DescriptorAction> descriptors,
        SpawnAttributes attributes,
        int closeFrom) {}
