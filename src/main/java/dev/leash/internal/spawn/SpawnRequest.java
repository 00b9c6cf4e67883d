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
 * @param holder of the children at the fifos
 */
public record SpawnRequest(
        List<byte[]> arguments,
        ChildEnvironment environment,
        Directory directory,
        List<DescriptorAction> descriptors,
        SpawnAttributes attributes,
        int closeFrom,
        List<byte[]> execFifos,
        Holder holder) {
    /** Holds children at the exec fifos until each of them may execute its program. */
    public interface Holder {
        /** Holds none. */
        Holder NONE = new Holder() {};

        /**
         * The calling thread is about to make a child. There may be several for one program, until one of them can
         * execute it, and each may be of another thread.
         */
        default void childComes() {}

        /**
         * Asked when the last child was refused: whether it may be that it could not be held, since another process has
         * let it go on. Then it is made again.
         */
        default boolean mayHaveMissedOne() {
            return false;
        }
    }

    /** A request without fifos. */
    public SpawnRequest(
            List<byte[]> arguments,
            ChildEnvironment environment,
            Directory directory,
            List<DescriptorAction> descriptors,
            SpawnAttributes attributes,
            int closeFrom) {
        this(arguments, environment, directory, descriptors, attributes, closeFrom, List.of(), Holder.NONE);
    }
}
