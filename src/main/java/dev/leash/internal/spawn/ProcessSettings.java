package dev.leash.internal.spawn;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.ProcessControls;
import dev.leash.internal.sys.SystemCallException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attributes that a program gets before its first instruction, where they differ from those of this process.
 *
 * @param limits each at most once for a resource
 * @param niceness -20 to 19
 * @param cpus the processors to run on, none of them negative; empty for all that this process may use
 * @param oomScoreAdjustment -1000 to 1000
 * @param umask 0 to 0777
 * @param scheduling the policy of the scheduler
 */
public record ProcessSettings(
        List<Limit> limits,
        @Nullable Integer niceness,
        List<Integer> cpus,
        @Nullable Integer oomScoreAdjustment,
        @Nullable Integer umask,
        @Nullable Scheduling scheduling) {
    /** No change. */
    public static final ProcessSettings NONE = new ProcessSettings(List.of(), null, List.of(), null, null, null);

    /**
     * One limit, see getrlimit(2).
     *
     * @param name for messages
     * @param soft {@link Long#MAX_VALUE} for none; likewise {@code hard}
     * @param roomy whether the hard limit only leaves room: the soft limit takes its place where this process may not
     *     set more
     */
    public record Limit(String name, int resource, long soft, long hard, boolean roomy) {
        public Limit(String name, int resource, long soft, long hard) {
            this(name, resource, soft, hard, false);
        }

        int set(CallState state, int pid) {
            int answer = set(state, pid, hard);
            return answer == -Errno.EPERM && roomy ? set(state, pid, soft) : answer;
        }

        private int set(CallState state, int pid, long hardest) {
            return ProcessControls.setLimit(state, pid, resource, ofKernel(soft), ofKernel(hardest));
        }

        private static long ofKernel(long limit) {
            return limit == Long.MAX_VALUE ? ProcessControls.UNLIMITED : limit;
        }

        private String text() {
            return text(soft) + (soft == hard || roomy ? "" : ":" + text(hard));
        }

        private static String text(long limit) {
            return limit == Long.MAX_VALUE ? "unlimited" : Long.toString(limit);
        }
    }

    /**
     * A scheduling policy, see sched(7).
     *
     * @param name for messages
     * @param priority 0 unless it is one of real time
     */
    public record Scheduling(String name, int policy, int priority) {
        private String text() {
            return name + (priority == 0 ? "" : " with priority " + priority);
        }
    }

    /** Replaces the limit of the same resource. */
    public ProcessSettings withLimit(Limit limit) {
        List<Limit> changed = new ArrayList<>(limits);
        changed.removeIf(other -> other.resource() == limit.resource());
        changed.add(limit);
        return new ProcessSettings(List.copyOf(changed), niceness, cpus, oomScoreAdjustment, umask, scheduling);
    }

    public ProcessSettings withNiceness(int changed) {
        return new ProcessSettings(limits, changed, cpus, oomScoreAdjustment, umask, scheduling);
    }

    public ProcessSettings withCpus(List<Integer> changed) {
        return new ProcessSettings(limits, niceness, changed, oomScoreAdjustment, umask, scheduling);
    }

    public ProcessSettings withOomScoreAdjustment(int changed) {
        return new ProcessSettings(limits, niceness, cpus, changed, umask, scheduling);
    }

    public ProcessSettings withUmask(int changed) {
        return new ProcessSettings(limits, niceness, cpus, oomScoreAdjustment, changed, scheduling);
    }

    public ProcessSettings withScheduling(Scheduling changed) {
        return new ProcessSettings(limits, niceness, cpus, oomScoreAdjustment, umask, changed);
    }

    /** Whether nothing is set. */
    public boolean isNone() {
        // Not equals(): the JVM generates a record's equals() at its first call, which would cost time at each start
        // of the command.
        return limits.isEmpty()
                && niceness == null
                && cpus.isEmpty()
                && oomScoreAdjustment == null
                && umask == null
                && scheduling == null;
    }

    /**
     * Sets everything that can be set for another process: all but the umask.
     *
     * @throws SystemCallException with a message that says what could not be set
     */
    public void apply(CallState state, int pid) throws SystemCallException {
        for (Limit limit : limits) {
            SystemCallException.check(
                    "cannot set the limit " + limit.name() + " to " + limit.text(), limit.set(state, pid));
        }
        if (scheduling != null) {
            SystemCallException.check(
                    "cannot set the scheduling policy to " + scheduling.text(),
                    ProcessControls.setScheduling(state, pid, scheduling.policy(), scheduling.priority()));
        }
        if (niceness != null) {
            SystemCallException.check(
                    "cannot set the niceness to " + niceness, ProcessControls.setNiceness(state, pid, niceness));
        }
        if (!cpus.isEmpty()) {
            int[] numbers = cpus.stream().mapToInt(cpu -> cpu).toArray();
            SystemCallException.check(
                    "cannot bind it to the processors " + Arrays.toString(numbers),
                    ProcessControls.setAffinity(state, pid, numbers));
        }
        if (oomScoreAdjustment != null) {
            SystemCallException.check(
                    "cannot set the OOM score adjustment to " + oomScoreAdjustment,
                    writeOomScore(state, pid, oomScoreAdjustment));
        }
    }

    /**
     * Also correct for a child that still shares the parent's memory: the kernel knows vfork and changes only the
     * child's value.
     */
    private static int writeOomScore(CallState state, int pid, int adjustment) {
        byte[] file = ("/proc/" + pid + "/oom_score_adj").getBytes(StandardCharsets.US_ASCII);
        int fd = Descriptors.open(state, file, OpenFlags.TRUNCATE);
        if (fd < 0) {
            return fd;
        }
        int written =
                Descriptors.writeAll(state, fd, Integer.toString(adjustment).getBytes(StandardCharsets.US_ASCII));
        Descriptors.close(state, fd);
        return written;
    }
}
