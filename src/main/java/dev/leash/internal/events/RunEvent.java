package dev.leash.internal.events;

import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** One run, committed at its end. */
@Name("dev.leash.Run")
@Label("Run")
@Category("Leash")
@Description(
        "A run has ended. It lasts from when its programs run until nothing of it is left; Start tells of the start")
@StackTrace(false)
public final class RunEvent extends Event {
    @Label("Run")
    @Description("Counts up in each JVM")
    long run;

    @Label("Process Id")
    long pid;

    @Label("Cause")
    @Description("Why it ended; null if that is not known")
    @Nullable
    String cause;

    @Label("Exit Code")
    @Description("Of the last program; -1 if a signal has ended it")
    int exitCode = -1;

    @Label("Signal")
    @Description("That has ended the last program; 0 if it exited")
    int signal;

    @Label("Wall Time")
    @Description("Until the last program was gone")
    @Timespan(Timespan.NANOSECONDS)
    long wallTime;

    @Label("CPU Time")
    @Description("Of the last program, user and system")
    @Timespan(Timespan.NANOSECONDS)
    long cpuTime;

    @Label("Output")
    @Description("That has passed through Leash")
    @DataAmount(DataAmount.BYTES)
    long output;

    @Label("Output Complete")
    boolean outputComplete;

    @Label("Killed Stragglers")
    int killed;

    @Label("Survivors")
    @Description("Processes that could not be killed")
    int survivors;

    @Label("Limits Reached")
    @Description("By name, as far as that is certain; null for none")
    @Nullable
    String limitsReached;

    @Label("OOM Kills")
    @Description("Processes that the kernel has killed for want of memory; -1 if that is not known")
    long oomKills = -1;

    @Label("Failure")
    @Description("What user code has thrown, or why nothing is known of the end")
    @Nullable
    String failure;

    private RunEvent() {}

    static @Nullable RunEvent begun() {
        RunEvent event = new RunEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    /** Sets how the run ended. */
    public void ended(String cause, int exitCode, int signal, long wallNanos, long cpuNanos) {
        this.cause = cause;
        this.exitCode = exitCode;
        this.signal = signal;
        this.wallTime = wallNanos;
        this.cpuTime = cpuNanos;
    }

    /** Sets what the run has left. */
    public void left(boolean outputComplete, int killed, int survivors) {
        this.outputComplete = outputComplete;
        this.killed = killed;
        this.survivors = survivors;
    }

    /** Sets the limits that the run has reached. */
    public void reached(Set<? extends Enum<?>> limits, long oomKills) {
        this.limitsReached =
                limits.isEmpty() ? null : limits.stream().map(Enum::name).collect(Collectors.joining(" "));
        this.oomKills = oomKills;
    }

    /** Commits the event. */
    public void commit(long run, long pid, long output, @Nullable Throwable failure) {
        end();
        if (shouldCommit()) {
            this.run = run;
            this.pid = pid;
            this.output = output;
            this.failure = failure == null ? null : failure.toString();
            commit();
        }
    }
}
