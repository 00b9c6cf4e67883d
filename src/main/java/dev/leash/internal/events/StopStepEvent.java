package dev.leash.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** One signal of a stop plan; an event without a duration. */
@Name("dev.leash.StopStep")
@Label("Stop Step")
@Category("Leash")
@Description("A run was sent a signal by its stop plan")
@StackTrace(false)
public final class StopStepEvent extends Event {
    @Label("Run")
    @Description("Counts up in each JVM")
    long run;

    @Label("Process Id")
    long pid;

    @Label("Cause")
    @Description("Why it has to end")
    @Nullable
    String cause;

    @Label("Signal")
    int signal;

    @Label("After")
    @Description("How long after its start")
    @Timespan(Timespan.NANOSECONDS)
    long after;

    private StopStepEvent() {}

    static @Nullable StopStepEvent now() {
        StopStepEvent event = new StopStepEvent();
        return event.isEnabled() ? event : null;
    }

    /** Commits the event. */
    public void commit(long run, long pid, String cause, int signal, long afterNanos) {
        this.run = run;
        this.pid = pid;
        this.cause = cause;
        this.signal = signal;
        this.after = afterNanos;
        commit();
    }
}
