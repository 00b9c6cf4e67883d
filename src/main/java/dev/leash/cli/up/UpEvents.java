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

/** Passes on what becomes of one service, from before it is started until its supervisor is closed. */
final class UpEvents implements Flow.Subscriber<ServiceEvent> {
    private final Consumer<ServiceEvent> sink;
    private final CompletableFuture<Void> all = new CompletableFuture<>();

    private UpEvents(Consumer<ServiceEvent> sink) {
        this.sink = sink;
    }

    /**
     * Completed when everything has been passed on.
     *
     * @param sink called on a virtual thread of its own, which it may hold up
     */
    static CompletableFuture<Void> of(ServiceHandle service, Consumer<ServiceEvent> sink) {
        UpEvents events = new UpEvents(sink);
        service.events().subscribe(events);
        return events.all;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ServiceEvent event) {
        sink.accept(event);
    }

    /** Says it, if it is worth a line. */
    static void say(ServiceEvent event, UpScreen screen) {
        String text = text(event.to(), Instant.now());
        if (text != null) {
            screen.say(event.service() + ": " + text);
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
