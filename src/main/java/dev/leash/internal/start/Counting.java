package dev.leash.internal.start;

import dev.leash.Count;
import dev.leash.Count.Reason;
import dev.leash.Counter;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.PerfEvent;
import dev.leash.internal.sys.PerfEvents;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one run. Opened by the thread that makes its programs and nothing else, because whatever a thread starts
 * inherits its counters. In each program they begin with the exec. What a process has counted is added up when it ends,
 * before its end can be seen, so that the sum is complete as soon as the last one is a zombie; those that live are read as
 * they are. That the thread has ended meanwhile makes no difference.
 *
 * <p>For one thread after the other.
 */
public final class Counting {
    /** The scheduler's events happen in the kernel: without it they are never seen, and would be 0. */
    private static final Set<Counter> OF_KERNEL = EnumSet.of(Counter.CONTEXT_SWITCHES, Counter.CPU_MIGRATIONS);

    /** The kernel does not look where the program is. */
    private static final Set<Counter> OF_TIME = EnumSet.of(Counter.TASK_CLOCK, Counter.CPU_CLOCK);

    private static final int NONE = -1;

    /** What was counted for less of the CPU time than this part was not counted to the end. */
    private static final int LEAST_PART = 10;

    private final Event[] events;
    private final boolean guarded;

    /** By whether they are of the hardware: the kernel has, or had, a context for each. */
    private final Map<Boolean, Integer> guards = new HashMap<>();

    private @Nullable String paranoia;

    /** One counter. */
    private static final class Event {
        final Counter counter;
        final PerfEvent counted;
        final long[] read = new long[3];
        int fd = NONE;
        boolean userOnly;
        int errno;

        Event(Counter counter) {
            this.counter = counter;
            this.counted = PerfEvent.valueOf(counter.name());
        }
    }

    /**
     * Counters that have yet to be {@linkplain #open opened}.
     *
     * @param guarded whether the thread makes several programs
     */
    Counting(List<Counter> counters, boolean guarded) {
        this.guarded = guarded;
        events = new Event[counters.size()];
        for (int index = 0; index < events.length; index++) {
            events[index] = new Event(counters.get(index));
        }
    }

    /** Whatever cannot be opened is not counted, and the result says why. On the thread that makes the programs. */
    void open(CallState state) {
        paranoia = PerfEvents.paranoia(state);
        for (Event event : events) {
            int fd = guard(state, event);
            if (fd >= 0) {
                fd = open(state, event, false);
            }
            if (fd == -Errno.EACCES && !OF_KERNEL.contains(event.counter)) {
                fd = open(state, event, true);
            }
            event.errno = Math.max(0, -fd);
        }
    }

    /**
     * Between two tasks that have the same events the kernel may exchange these instead of switching them. So the first
     * program may get the thread's own. Its exec begins them for good, and what the thread starts later inherits them as
     * events that no exec begins. An event that nobody inherits makes the thread's different from all others.
     *
     * @return 0 or more if there is one, or none is needed; else the negated errno
     */
    private int guard(CallState state, Event event) {
        if (!guarded || guards.containsKey(event.counter.isHardware())) {
            return 0;
        }
        int fd = PerfEvents.openGuard(state, event.counted);
        if (fd >= 0) {
            guards.put(event.counter.isHardware(), fd);
        }
        return fd;
    }

    private int open(CallState state, Event event, boolean userOnly) {
        int leader = leader(event.counter, userOnly);
        event.fd = PerfEvents.open(state, event.counted, leader, userOnly);
        if (event.fd < 0 && leader != NONE) {
            event.fd = PerfEvents.open(state, event.counted, NONE, userOnly); // the processor has no two at a time
        }
        int fd = event.fd;
        event.userOnly = userOnly && !OF_TIME.contains(event.counter);
        event.fd = Math.max(NONE, fd);
        return fd;
    }

    /** The other one of the pair, if it is open. */
    private int leader(Counter counter, boolean userOnly) {
        for (Event event : events) {
            if (counter.isHardware()
                    && event.counter != counter
                    && pair(event.counter) == pair(counter)
                    && event.userOnly == userOnly
                    && event.fd >= 0) {
                return event.fd;
            }
        }
        return NONE;
    }

    /** The first one of its pair. */
    private static Counter pair(Counter counter) {
        return switch (counter) {
            case INSTRUCTIONS -> Counter.CYCLES;
            case CACHE_MISSES -> Counter.CACHE_REFERENCES;
            case BRANCH_MISSES -> Counter.BRANCHES;
            default -> counter;
        };
    }

    /** Reads what there is, and closes. The processes of the run have ended, as far as they could be ended. */
    public void end(CallState state) {
        try {
            for (Event event : events) {
                if (event.fd >= 0) {
                    event.errno = -PerfEvents.read(state, event.fd, event.read);
                }
            }
        } finally {
            close(state);
        }
    }

    /** Once for each descriptor, however often it is called. */
    void close(CallState state) {
        for (Event event : events) {
            int fd = event.fd;
            event.fd = NONE;
            Descriptors.closeIfOpen(state, fd);
        }
        for (boolean hardware : new boolean[] {false, true}) {
            Integer fd = guards.remove(hardware);
            if (fd != null) {
                Descriptors.close(state, fd);
            }
        }
    }

    /**
     * What was read at the {@link #end}, in the order in which it was asked for.
     *
     * @param cpuNanos how much CPU time the programs have had in any case
     */
    public Map<Counter, Count> counts(long cpuNanos) {
        Map<Counter, Count> counts = new LinkedHashMap<>();
        for (Event event : events) {
            counts.put(event.counter, count(event, cpuNanos));
        }
        return Collections.unmodifiableMap(counts);
    }

    private Count count(Event event, long cpuNanos) {
        if (event.errno != 0) {
            return refused(event.counter, event.errno);
        }
        long enabled = event.read[1];
        long running = event.read[2];
        if (enabled < cpuNanos / LEAST_PART) {
            return new Count.Unavailable(
                    event.counter,
                    Reason.NOT_COUNTED,
                    "the kernel has ended the counting: it does not count for this user what a program does that is"
                            + " set-user-ID, set-group-ID, or may not be read");
        }
        if (running == 0) {
            return new Count.Unavailable(
                    event.counter,
                    Reason.NOT_COUNTED,
                    "others occupied the counters of the processor all the time, such as the kernel's NMI watchdog");
        }
        return new Count.Measured(
                event.counter, event.read[0], Duration.ofNanos(enabled), Duration.ofNanos(running), event.userOnly);
    }

    private Count refused(Counter counter, int errno) {
        String level = paranoia;
        String name = " (" + Errno.name(errno) + ")";
        if (level == null && errno == Errno.ENOSYS) {
            return new Count.Unavailable(counter, Reason.NOT_SUPPORTED, "this kernel counts no events" + name);
        }
        if (errno == Errno.ENOENT || errno == Errno.EOPNOTSUPP || errno == Errno.ENODEV) {
            return new Count.Unavailable(
                    counter,
                    Reason.NOT_SUPPORTED,
                    "the kernel has no such counter of this processor, as in most virtual machines" + name);
        }
        if (errno == Errno.EACCES) {
            boolean kernels = OF_KERNEL.contains(counter);
            return new Count.Unavailable(
                    counter,
                    Reason.NOT_PERMITTED,
                    "kernel.perf_event_paranoid is " + (level == null ? "not known" : level) + name + ": "
                            + (kernels ? "this happens in the kernel, which may be counted at 1 or less" : "too high")
                            + ", or with CAP_PERFMON");
        }
        if (errno == Errno.EPERM || errno == Errno.ENOSYS) {
            return new Count.Unavailable(
                    counter,
                    Reason.FILTERED,
                    "perf_event_open is refused" + name + " by a filter of system calls, as containers have");
        }
        return new Count.Unavailable(
                counter, Reason.FAILED, "perf_event_open fails: " + Errno.description(errno) + name);
    }
}
