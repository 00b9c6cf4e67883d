package dev.leash;

import dev.leash.internal.events.Log;
import dev.leash.internal.events.Recorder;
import dev.leash.internal.service.Phase;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What any thread may know of a service. Written by the thread that acts on it; what waits is told on virtual threads, so
 * that no user code holds up the loop.
 */
final class ServiceRecord {
    private static final int RESULTS = 10;
    private static final int EVENTS = 256;

    private final String name;
    private final ServiceMeter meter;
    private final RecentOutput recent = new RecentOutput();
    private final Consumer<Boolean> active;
    private final PhaseListener listener;

    /** Guarded by itself. */
    private final ArrayDeque<Result> results = new ArrayDeque<>();

    private final Watched<ServiceState> state = new Watched<>(new ServiceState.Stopped("", false, Optional.empty()));
    private volatile @Nullable Child child;
    private volatile int restarts;
    private volatile String status = "";
    private volatile String answer = "";
    private volatile boolean retired;
    private long changes;

    /** Guarded by this. */
    private @Nullable SubmissionPublisher<ServiceEvent> publisher;

    /** Is told of each phase, when its state is known, on the thread that acts. */
    interface PhaseListener {
        void entered(Phase phase);
    }

    /** @param active told whether it is in a state that does not last, when that changes; on the thread that acts */
    ServiceRecord(String name, ServiceMeter meter, Consumer<Boolean> active, PhaseListener listener) {
        this.name = name;
        this.meter = meter;
        this.active = active;
        this.listener = listener;
    }

    // ---- For any thread.

    ServiceState state() {
        return state.get();
    }

    RecentOutput recent() {
        return recent;
    }

    Optional<Child> child() {
        return Optional.ofNullable(child);
    }

    Optional<String> status() {
        return Optional.of(status).filter(said -> !said.isEmpty());
    }

    Optional<String> answer() {
        return Optional.of(answer).filter(said -> !said.isEmpty());
    }

    int restarts() {
        return restarts;
    }

    List<Result> results() {
        synchronized (results) {
            return List.copyOf(results);
        }
    }

    /** Completed with the first state from now on that is wanted. */
    CompletableFuture<ServiceState> when(Predicate<ServiceState> wanted) {
        return state.when(wanted);
    }

    Flow.Publisher<ServiceEvent> events() {
        SubmissionPublisher<ServiceEvent> known;
        synchronized (this) {
            known = publisher;
            if (known != null) {
                return known;
            }
            known = new SubmissionPublisher<>(Thread::startVirtualThread, EVENTS);
            publisher = known;
        }
        meter.published(this);
        return known;
    }

    /** When nothing can start it any more, and this has come to its last state, both in any order, there are no more events. */
    void completeIfOver() {
        if (!(retired || meter.isClosed()) || !state.get().isOver()) {
            return;
        }
        SubmissionPublisher<ServiceEvent> known;
        synchronized (this) {
            known = publisher;
        }
        if (known != null) {
            known.close();
            meter.completed(this);
        }
    }

    // ---- For the thread that acts.

    /** It is over, and nothing will start it again. */
    void retire() {
        retired = true;
        completeIfOver();
    }

    void started(Child started) {
        child = started;
    }

    /** @param said by its program; empty for nothing */
    void status(String said) {
        status = said;
    }

    void ended(@Nullable Result result, int restartsBefore) {
        child = null;
        restarts = restartsBefore;
        if (result != null) {
            synchronized (results) {
                if (results.size() == RESULTS) {
                    results.removeFirst();
                }
                results.addLast(result);
            }
        }
    }

    /** @param text what its readiness probe was answered last, which is no */
    void answered(String text) {
        answer = text;
    }

    /**
     * It has come to this phase.
     *
     * @param delayNanos until the next start, if it backs off
     * @param blocked whether it waits in vain, if it waits
     */
    void changed(Phase phase, String why, long delayNanos, boolean blocked, int restartsNow) {
        ServiceState from = state.get();
        ServiceState to = state(phase, why, delayNanos, blocked);
        answer = "";
        restarts = restartsNow;
        if (from.isOver() != to.isOver()) {
            active.accept(!to.isOver());
        }
        state.set(to);
        log(to);
        record(phase, why);
        publish(from, to);
        completeIfOver();
        state.tell();
        listener.entered(phase);
    }

    private ServiceState state(Phase phase, String why, long delayNanos, boolean blocked) {
        return switch (phase) {
            case WAITING -> new ServiceState.Waiting(why, blocked);
            case STARTING -> new ServiceState.Starting();
            case READY -> new ServiceState.Ready(Instant.now());
            case UNREADY -> new ServiceState.Unready(why);
            case BACKING_OFF -> new ServiceState.BackingOff(Instant.now().plusNanos(delayNanos), why);
            case STOPPING -> new ServiceState.Stopping(why);
            case STOPPED, DONE -> new ServiceState.Stopped(why, phase == Phase.DONE, last());
            case FAILED -> new ServiceState.Failed(why, last());
        };
    }

    private Optional<Result> last() {
        synchronized (results) {
            return Optional.ofNullable(results.peekLast());
        }
    }

    private void record(Phase phase, String why) {
        switch (phase) {
            case BACKING_OFF -> meter.restarts();
            case FAILED -> meter.fails();
            default -> {}
        }
        dev.leash.internal.events.ServiceEvent event = Recorder.service();
        if (event != null) {
            Child known = child;
            event.commit(name, phase.name(), why, known == null ? -1 : known.pid(), restarts);
        }
    }

    private void log(ServiceState to) {
        if (to instanceof ServiceState.Failed || to instanceof ServiceState.BackingOff) {
            Log.warning("service " + name + ": " + to);
        }
    }

    private synchronized void publish(ServiceState from, ServiceState to) {
        changes++;
        SubmissionPublisher<ServiceEvent> known = publisher;
        if (known != null && !known.isClosed()) {
            int ignored = known.offer(new ServiceEvent(name, changes, Instant.now(), from, to), null);
        }
    }
}
