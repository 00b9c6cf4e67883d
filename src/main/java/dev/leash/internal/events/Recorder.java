package dev.leash.internal.events;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Begins events. Each method returns null if no recording has that kind of event enabled, and then costs the read of
 * one field. From any thread.
 *
 * <p>As long as this JVM has never recorded anything, no event class is loaded: for the first one the JVM reads and
 * registers all annotations, which takes longer than to start a program and would delay a first deadline.
 */
public final class Recorder {
    /** A runtime image may lack jdk.jfr, which this module does not require. */
    private static final boolean POSSIBLE = ModuleLayer.boot()
            .findModule("jdk.jfr")
            .filter(Recorder.class.getModule()::canRead)
            .isPresent();

    private Recorder() {}

    private static boolean anybodyRecords() {
        return POSSIBLE && FlightRecorder.isInitialized();
    }

    /** Begins the event of a start. */
    public static @Nullable StartEvents start() {
        return anybodyRecords() ? StartEvents.begin() : null;
    }

    /** Begins the event of a run. */
    public static @Nullable RunEvent run() {
        return anybodyRecords() ? RunEvent.begun() : null;
    }

    /** Begins the event of a signal. */
    public static @Nullable StopStepEvent stopStep() {
        return anybodyRecords() ? StopStepEvent.now() : null;
    }

    /** Begins the event of a service that has come to another state. */
    public static @Nullable ServiceEvent service() {
        return anybodyRecords() ? ServiceEvent.now() : null;
    }

    /** Begins the event of a stream whose reader does not read. */
    public static @Nullable StallEvent stall() {
        return anybodyRecords() ? StallEvent.begun() : null;
    }
}
