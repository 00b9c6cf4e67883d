package dev.leash.internal.io;

import dev.leash.internal.events.Recorder;
import dev.leash.internal.events.StallEvent;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Measures how long reading one stream waits for its reader. For the loop's thread. */
final class StallWatch {
    private final LongSupplier run;
    private final IntSupplier pid;
    private final int descriptor;
    private @Nullable StallEvent event;

    /** The watch for the child's {@code descriptor} in the run with that number. */
    StallWatch(LongSupplier run, IntSupplier pid, int descriptor) {
        this.run = run;
        this.pid = pid;
        this.descriptor = descriptor;
    }

    void began() {
        if (event == null) {
            event = Recorder.stall();
        }
    }

    void ended() {
        if (event != null) {
            event.commit(run.getAsLong(), pid.getAsInt(), descriptor);
            event = null;
        }
    }
}
