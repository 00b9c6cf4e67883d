package dev.leash.internal.io;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Where a pump puts what it reads. For the loop's thread. */
interface Sink {
    /** Whether it can take more now. One that cannot has to call {@link OutputPump#resume} when it can. */
    boolean ready();

    /** Whether {@link #ready} is ever false. */
    boolean mayPause();

    /** Memory to read into; null if there is none at the moment. Then it is not ready, and resumes the pump when there is. */
    @Nullable
    MemorySegment space();

    /** The first {@code count} bytes of the space that was given last are filled. */
    void filled(int count);

    /** The space that was given last was not used. */
    default void unused() {}

    /** There is no memory for more: lets go of what it has kept, so that there is some for the others. */
    default void letGo() {}

    /** The run is about to end: take what is still in the pipe, wanted or not. */
    default void draining() {}

    /** No more will come. */
    default void end() {}

    /** Whether all that came was kept or passed on. */
    boolean complete();

    /** Whether user code is done with it, so that the run may end. */
    default boolean finished() {
        return true;
    }
}
