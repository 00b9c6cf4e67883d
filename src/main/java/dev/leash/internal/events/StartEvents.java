package dev.leash.internal.events;

import org.jspecify.annotations.Nullable;

/** A start in progress, which becomes a {@link StartEvent} or a {@link StartFailedEvent}. */
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

    /** Commits the event of a program that runs. */
    public void succeeded(long run, long pid, String command) {
        start.end();
        if (start.shouldCommit()) {
            start.run = run;
            start.pid = pid;
            start.command = command;
            start.commit();
        }
    }

    /** Commits the event of a failed start. */
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
