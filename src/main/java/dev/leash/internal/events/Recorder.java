package dev.leash.internal.events;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Where events begin. Each method answers null where nobody records that kind of event, and then costs a look at one field.
 * From any thread.
 *
 * <p>As long as nothing was ever recorded in this JVM no class of an event is touched: to load the first one has the JVM
 * read and register all that its annotations say, which takes longer than to start a program, and would hold up a first
 * deadline.
 */
public final class Recorder {
    /** An image of one's own may do without jdk.jfr, which this module does not insist on. */
    private static final boolean POSSIBLE = ModuleLayer.boot()
            .findModule("jdk.jfr")
            .filter(Recorder.class.getModule()::canRead)
            .isPresent();

    private Recorder() {}

    private static boolean anybodyRecords() {
        return POSSIBLE && FlightRecorder.isInitialized();
    }

    /** Something is about to be started. */
    public static @Nullable StartEvents start() {
        return anybodyRecords() ? StartEvents.begin() : null;
    }

    /** A run has begun. */
    public static @Nullable RunEvent run() {
        return anybodyRecords() ? RunEvent.begun() : null;
    }

    /** A signal is being sent. */
    public static @Nullable StopStepEvent stopStep() {
        return anybodyRecords() ? StopStepEvent.now() : null;
    }

    /** Reading has to wait for a reader. */
    public static @Nullable StallEvent stall() {
        return anybodyRecords() ? StallEvent.begun() : null;
    }
}
