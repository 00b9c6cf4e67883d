package dev.leash.internal.loop;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The registrations of a poller by descriptor. Each segment is twice as long as the one before and is made when one of
 * its numbers is first used, so that nothing is ever copied and any thread may store. The kernel gives out the lowest
 * free number: the table is as long as there are descriptors.
 */
final class RegistrationTable {
    private static final int FIRST = 64;
    private static final int FIRST_BITS = 6;

    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Registration>> segments =
            new AtomicReferenceArray<>(32 - FIRST_BITS);

    void put(int fd, Registration registration) {
        int segment = segment(fd);
        AtomicReferenceArray<@Nullable Registration> found = segments.get(segment);
        if (found == null) {
            AtomicReferenceArray<@Nullable Registration> made = new AtomicReferenceArray<>(FIRST << segment);
            found = segments.compareAndExchange(segment, null, made);
            if (found == null) {
                found = made;
            }
        }
        found.set(index(fd, segment), registration);
    }

    @Nullable
    Registration get(int fd) {
        int segment = segment(fd);
        AtomicReferenceArray<@Nullable Registration> found = segments.get(segment);
        return found == null ? null : found.get(index(fd, segment));
    }

    /** Without effect if the descriptor has another registration by now. */
    void remove(int fd, Registration registration) {
        int segment = segment(fd);
        AtomicReferenceArray<@Nullable Registration> found = segments.get(segment);
        if (found != null) {
            boolean ignored = found.compareAndSet(index(fd, segment), registration, null);
        }
    }

    private static int segment(int fd) {
        return 31 - Integer.numberOfLeadingZeros(fd + FIRST) - FIRST_BITS;
    }

    private static int index(int fd, int segment) {
        return fd + FIRST - (FIRST << segment);
    }
}
