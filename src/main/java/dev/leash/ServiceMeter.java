package dev.leash;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.LongAdder;

/** The services of a supervisor, and what has become of them. For any thread. */
final class ServiceMeter {
    /** Those that run, or will. */
    private final Set<ServiceHandle> active = ConcurrentHashMap.newKeySet();

    /** Of events; completed at the end. */
    private final Set<SubmissionPublisher<ServiceEvent>> publishers = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;
    private final LongAdder restarts = new LongAdder();
    private final LongAdder failures = new LongAdder();

    /** Whether it is in a state that does not last. */
    void active(ServiceHandle service, boolean isActive) {
        if (isActive) {
            active.add(service);
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
        active.forEach(ServiceHandle::closed);
        closed = true;
        publishers.forEach(SubmissionPublisher::close);
    }

    /** It is to be completed at the end. */
    void complete(SubmissionPublisher<ServiceEvent> publisher) {
        publishers.add(publisher);
        if (closed) {
            publisher.close();
        }
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
