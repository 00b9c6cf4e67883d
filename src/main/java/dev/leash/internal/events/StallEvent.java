package dev.leash.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A pause in reading a child's stream, committed at its end if it was long. */
@Name("dev.leash.Stall")
@Label("Stall")
@Category("Leash")
@Description(
        "A stream of a child was not read on because its reader or consumer did not ask for more. The child is held"
                + " back once the pipe is full")
@StackTrace(false)
@Threshold("20 ms")
public final class StallEvent extends Event {
    @Label("Run")
    @Description("Counts up in each JVM")
    long run;

    @Label("Process Id")
    long pid;

    @Label("Descriptor")
    @Description("Of the child: 1 is standard output")
    int descriptor;

    private StallEvent() {}

    static @Nullable StallEvent begun() {
        StallEvent event = new StallEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    /** Commits the event. */
    public void commit(long run, long pid, int descriptor) {
        end();
        if (shouldCommit()) {
            this.run = run;
            this.pid = pid;
            this.descriptor = descriptor;
            commit();
        }
    }
}
