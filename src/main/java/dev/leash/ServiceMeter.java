package dev.leash;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The services of a supervisor, and what has become of them. For any thread. */
final class ServiceMeter {
    /** Those that run, or will. */
    private final Set<ServiceHandle> active = ConcurrentHashMap.newKeySet();

    /** Whose events are published. */
    private final Set<ServiceRecord> published = ConcurrentHashMap.newKeySet();

    private final StartThreads starts = new StartThreads();
    private volatile boolean closed;
    private final LongAdder restarts = new LongAdder();
    private final LongAdder failures = new LongAdder();

    /** On which they are started. */
    StartThreads starts() {
        return starts;
    }

    /** Whether it is in a state that does not last. */
    void active(ServiceHandle service, boolean isActive) {
        if (isActive) {
            active.add(service);
            if (closed) {
                service.closed(); // one that waits for others of its group would wait for ever
            }
        } else {
            active.remove(service);
        }
    }

    /** One has ended and is started again. */
    void restarts() {
        restarts.increment();
    }

    /** One has failed for good. */
    void fails() {
        failures.increment();
    }

    /** Nothing can be started any more. */
    void close() {
        closed = true;
        active.forEach(ServiceHandle::closed);
        published.forEach(ServiceRecord::completeIfOver);
    }

    boolean isClosed() {
        return closed;
    }

    /** Its events are to be completed at the end. */
    void published(ServiceRecord service) {
        published.add(service);
        service.completeIfOver();
    }

    /** They are. */
    void completed(ServiceRecord service) {
        published.remove(service);
    }

    int publishedCount() {
        return published.size();
    }

    long activeCount() {
        return active.size();
    }

    long restartsCount() {
        return restarts.sum();
    }

    long failuresCount() {
        return failures.sum();
    }
}
