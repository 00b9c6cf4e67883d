package dev.leash.internal.events;

import org.jspecify.annotations.Nullable;

/** A start that will have been one or the other in the end. */
public final class StartEvents {
    private final StartEvent start = new StartEvent();
    private final StartFailedEvent failure = new StartFailedEvent();

    private StartEvents() {}

    static @Nullable StartEvents begin() {
        StartEvents events = new StartEvents();
        if (!events.start.isEnabled() && !events.failure.isEnabled()) {
            return null;
        }
        events.start.begin();
        events.failure.begin();
        return events;
    }

    /** The program runs. */
    public void succeeded(long run, long pid, String command) {
        start.end();
        if (start.shouldCommit()) {
            start.run = run;
            start.pid = pid;
            start.command = command;
            start.commit();
        }
    }

    /** Nothing runs. */
    public void failed(String command, String kind, String errno, @Nullable String message) {
        failure.end();
        if (failure.shouldCommit()) {
            failure.command = command;
            failure.kind = kind;
            failure.errno = errno;
            failure.message = message;
            failure.commit();
        }
    }
}
