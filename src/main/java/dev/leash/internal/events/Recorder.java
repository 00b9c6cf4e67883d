package dev.leash.internal.events;

import org.jspecify.annotations.Nullable;

/**
 * Where events begin. Each method answers null where nobody records that kind of event, and then costs a look at one field.
 * From any thread.
 */
public final class Recorder {
    /** An image of one's own may do without jdk.jfr, which this module does not insist on. */
    private static final boolean POSSIBLE = ModuleLayer.boot()
            .findModule("jdk.jfr")
            .filter(Recorder.class.getModule()::canRead)
            .isPresent();

    private Recorder() {}

    /** Something is about to be started. */
    public static @Nullable StartEvents start() {
        return POSSIBLE ? StartEvents.begin() : null;
    }

    /** A run has begun. */
    public static @Nullable RunEvent run() {
        return POSSIBLE ? RunEvent.begun() : null;
    }

    /** A signal is being sent. */
    public static @Nullable StopStepEvent stopStep() {
        return POSSIBLE ? StopStepEvent.now() : null;
    }

    /** Reading has to wait for a reader. */
    public static @Nullable StallEvent stall() {
        return POSSIBLE ? StallEvent.begun() : null;
    }
}
