package dev.leash.cli.up;

import dev.leash.ServiceEvent;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Says what becomes of one service, from before it is started until its supervisor is closed. */
final class UpEvents implements Flow.Subscriber<ServiceEvent> {
    private final UpScreen screen;
    private final ServiceHandle service;
    private final Consumer<ServiceEvent> others;

    private final CompletableFuture<Void> all = new CompletableFuture<>();

    private UpEvents(UpScreen screen, ServiceHandle service, Consumer<ServiceEvent> others) {
        this.screen = screen;
        this.service = service;
        this.others = others;
    }

    /**
     * Completed when everything has been said.
     *
     * @param others are told the same
     */
    static CompletableFuture<Void> of(ServiceHandle service, UpScreen screen, Consumer<ServiceEvent> others) {
        UpEvents events = new UpEvents(screen, service, others);
        service.events().subscribe(events);
        return events.all;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ServiceEvent event) {
        others.accept(event);
        say(event.to());
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
        all.complete(null);
    }

    @Override
    public void onComplete() {
        all.complete(null);
    }
}
