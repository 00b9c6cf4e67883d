package dev.leash.internal.io;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Receives what a pump reads. For the loop's thread. */
interface Sink {
    /** Whether it can take more now. If not, it has to call {@link OutputPump#resume} when it can. */
    boolean ready();

    /** Whether {@link #ready} is ever false. */
    boolean mayPause();

    /** Memory to read into; null if there is none at the moment. Then it is not ready, and resumes the pump later. */
    @Nullable
    MemorySegment space();

    /** The first {@code count} bytes of the last {@link #space} have been filled. */
    void filled(int count);

    /** The pump does not read on for now: whoever waits for what was filled is to be woken, once for all of it. */
    default void flush() {}

    /** The last {@link #space} was not used. */
    default void unused() {}

    /** There is no memory for more: releases what it has kept, so that there is some for the others. */
    default void letGo() {}

    /** The run is about to end: takes what is still in the pipe, even if no reader asks. */
    default void draining() {}

    /** No more bytes will come. */
    default void end() {}

    /** Whether all that arrived was kept or passed on. */
    boolean complete();
}
