package dev.leash;

import dev.leash.internal.engine.Engine;
import dev.leash.internal.events.Recorder;
import dev.leash.internal.events.StartEvents;
import dev.leash.internal.run.Run;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A start with what is recorded of it: the count of failed ones, and the events of the Flight Recorder. For any thread. */
final class RecordedStart {
    private RecordedStart() {}

    /** Starts something, and records it if that is enabled. */
    interface Start<T, X extends Exception> {
        T with(@Nullable StartEvents events) throws SpawnException, X;
    }

    /** Starts {@code command}, and records how that went. */
    static <T, X extends Exception> T of(Engine engine, Command command, Start<T, X> start) throws SpawnException, X {
        Objects.requireNonNull(command, "command");
        StartEvents events = Recorder.start();
        try {
            return start.with(events);
        } catch (SpawnException e) {
            throw failed(engine, command, e, events);
        } catch (StackOverflowError | OutOfMemoryError e) {
            engine.lookForLost(); // here there is more room than where it was hit
            throw e;
        }
    }

    /** The child of {@code run}, which was just started. */
    static Child child(Command command, Run run, @Nullable StartEvents events) {
        Child child = new Child(command, run);
        if (events != null) {
            events.succeeded(run.number(), run.pid(), command.toString());
        }
        return child;
    }

    private static SpawnException failed(
            Engine engine, Command command, SpawnException e, @Nullable StartEvents events) {
        engine.meter().startFailed();
        if (events != null) {
            events.failed(command.toString(), e.kind().name(), e.errnoName(), e.getMessage());
        }
        return e;
    }
}
