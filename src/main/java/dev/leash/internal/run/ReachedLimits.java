package dev.leash.internal.run;

import static dev.leash.internal.sys.SignalNumbers.SIGXCPU;
import static dev.leash.internal.sys.SignalNumbers.SIGXFSZ;

import dev.leash.Limit;
import dev.leash.internal.contain.CgroupUse;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.sys.Resources;
import dev.leash.internal.sys.SignalSet;
import dev.leash.internal.sys.WaitStatus;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which limits of a run were reached, as far as that is certain, and how many of its processes the kernel has killed
 * for lack of memory. This is independent of why a run ended and how: a shell may exit with 0 although its child was
 * killed.
 *
 * @param kinds in the order of their declaration
 * @param oomKills -1 if that is not known
 */
public record ReachedLimits(Set<Limit> kinds, long oomKills) {
    private static final ReachedLimits NONE = new ReachedLimits(Set.of(), -1);

    /**
     * The limits that the ended programs have reached.
     *
     * @param use the use of the run's cgroup, if it had one
     * @param sent the signals that this process has sent to the run, as {@link SignalSet#bits}
     */
    static ReachedLimits of(List<ProgramSpec> specs, List<Ending.Stage> ended, @Nullable CgroupUse use, long sent) {
        if (use == null && !anySignaled(ended)) {
            return NONE;
        }
        Set<Limit> kinds = EnumSet.noneOf(Limit.class);
        if (use != null && use.memoryLimitReached()) {
            kinds.add(Limit.MEMORY);
        }
        if (use != null && use.pidsLimitReached()) {
            kinds.add(Limit.PIDS);
        }
        for (int index = 0; index < ended.size(); index++) {
            WaitStatus exit = ended.get(index).exit();
            if (exit.signaled() && (sent & SignalSet.bits(exit.signal())) == 0) {
                addOfProgram(kinds, specs.get(index).settings().limits(), exit);
            }
        }
        return new ReachedLimits(Collections.unmodifiableSet(kinds), use == null ? -1 : use.oomKills());
    }

    private static boolean anySignaled(List<Ending.Stage> ended) {
        for (Ending.Stage stage : ended) {
            if (stage.exit().signaled()) {
                return true;
            }
        }
        return false;
    }

    private static void addOfProgram(Set<Limit> kinds, List<ProcessSettings.Limit> limits, WaitStatus exit) {
        ProcessSettings.Limit cpu = find(limits, Resources.CPU);
        if (exit.signal() == SIGXCPU && cpu != null && find(limits, Resources.RTTIME) == null && used(exit, cpu)) {
            kinds.add(Limit.CPU_TIME);
        }
        if (exit.signal() == SIGXFSZ && find(limits, Resources.FSIZE) != null) {
            kinds.add(Limit.FILE_SIZE);
        }
        // Beyond the hard limit of CPU time the kernel sends KILL, which any process may have sent; and the CPU time
        // from wait4(2) includes that of children, which does not count for the limit.
    }

    /** Half of it is enough: the limit counts clock ticks, while wait4(2) reports measured time. */
    private static boolean used(WaitStatus exit, ProcessSettings.Limit cpu) {
        return (exit.userNanos() + exit.systemNanos()) / 500_000_000 >= cpu.soft();
    }

    /** The limit of a resource, if this command has set one. */
    private static ProcessSettings.@Nullable Limit find(List<ProcessSettings.Limit> limits, int resource) {
        for (ProcessSettings.Limit limit : limits) {
            if (limit.resource() == resource && limit.soft() != Long.MAX_VALUE) {
                return limit;
            }
        }
        return null;
    }

    private static String text(Limit limit) {
        return switch (limit) {
            case MEMORY -> "memory limit reached";
            case PIDS -> "limit of processes reached";
            case CPU_TIME -> "limit of CPU time reached";
            case FILE_SIZE -> "limit of file size reached";
        };
    }

    /** Whether there is nothing to report. */
    public boolean isNone() {
        return kinds.isEmpty() && oomKills <= 0;
    }

    /** For display after how the run ended, with a blank and in parentheses; empty if {@link #isNone}. */
    public String text() {
        if (isNone()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        for (Limit kind : kinds) {
            text.append(text.isEmpty() ? " (" : ", ").append(text(kind));
        }
        if (oomKills > 0) {
            text.append(text.isEmpty() ? " (" : ", ")
                    .append(oomKills)
                    .append(oomKills == 1 ? " process" : " processes")
                    .append(" killed by the OOM killer");
        }
        return text.append(')').toString();
    }
}
