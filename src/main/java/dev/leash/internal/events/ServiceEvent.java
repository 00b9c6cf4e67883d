package dev.leash.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** One change of a service's state; an event without a duration. */
@Name("dev.leash.Service")
@Label("Service")
@Category("Leash")
@Description("A service has come to another state")
@StackTrace(false)
public final class ServiceEvent extends Event {
    @Label("Service")
    @Nullable
    String service;

    @Label("State")
    @Nullable
    String state;

    @Label("Reason")
    @Description("Why; empty if that goes without saying")
    @Nullable
    String reason;

    @Label("Process Id")
    @Description("Of its program; -1 if it does not run")
    long pid;

    @Label("Restarts")
    @Description("How often it was started again because it had ended")
    int restarts;

    private ServiceEvent() {}

    static @Nullable ServiceEvent now() {
        ServiceEvent event = new ServiceEvent();
        return event.isEnabled() ? event : null;
    }

    /** Commits the event. */
    public void commit(String service, String state, String reason, long pid, int restarts) {
        this.service = service;
        this.state = state;
        this.reason = reason;
        this.pid = pid;
        this.restarts = restarts;
        commit();
    }
}
