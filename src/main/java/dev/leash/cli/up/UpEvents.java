package dev.leash.cli.up;

import dev.leash.ServiceEvent;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Says what becomes of one service. */
final class UpEvents implements Flow.Subscriber<ServiceEvent> {
    private final UpScreen screen;
    private final ServiceHandle service;

    /** What was so when this began to listen, which is said at once. Its event may come as well. */
    private final ServiceState first;

    private UpEvents(UpScreen screen, ServiceHandle service) {
        this.screen = screen;
        this.service = service;
        this.first = service.state();
    }

    static void of(ServiceHandle service, UpScreen screen) {
        UpEvents events = new UpEvents(screen, service);
        events.say(events.first);
        service.events().subscribe(events);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ServiceEvent event) {
        if (!event.to().equals(first)) {
            say(event.to());
        }
    }

    private void say(ServiceState state) {
        String text = text(state, Instant.now());
        if (text != null) {
            screen.say(service.name() + ": " + text);
        }
    }

    /** Null if it is not worth a line. */
    static @Nullable String text(ServiceState state, Instant now) {
        return switch (state) {
            case ServiceState.Ready ready -> "ready";
            case ServiceState.Unready unready -> "not ready any more: " + unready.why();
            case ServiceState.BackingOff waiting ->
                waiting.why() + "; restarting in " + seconds(Duration.between(now, waiting.until()));
            case ServiceState.Failed failed -> "failed: " + failed.why();
            case ServiceState.Stopped stopped -> stopped.why().isEmpty() ? "stopped" : "stopped: " + stopped.why();
            default -> null;
        };
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", Math.max(0, time.toMillis()) / 1e3);
    }

    @Override
    public void onError(Throwable e) {
        // Nothing ends the events so.
    }

    @Override
    public void onComplete() {
        // The same.
    }
}
