package dev.leash.cli.run;

import dev.leash.Containment;
import dev.leash.cli.options.NumberText;
import dev.leash.cli.options.SizeText;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.contain.CgroupLimits;
import org.jspecify.annotations.Nullable;

/** Which processes {@code leash run} holds, and what they may use together. */
record RunContainment(Containment containment, CgroupLimits limits) {
    private static final double LEAST_CPU = 0.01;
    private static final double MOST_CPU = 1_000_000;
    private static final int PERIOD_MICROS = 100_000;

    /** From the values of the options, each null where it was not given. */
    static RunContainment of(
            @Nullable String containment, @Nullable String memory, @Nullable String pids, @Nullable String cpu)
            throws UsageException {
        CgroupLimits limits = new CgroupLimits(
                memory == null ? 0 : memoryBytes(memory),
                pids == null ? 0 : NumberText.from("--pids", pids, 1, Integer.MAX_VALUE),
                cpu == null ? 0 : cpuMicros(cpu));
        boolean limited = !limits.isNone();
        if (containment == null) {
            return new RunContainment(limited ? Containment.CGROUP : Containment.GROUP, limits);
        }
        Containment named =
                switch (containment) {
                    case "group" -> Containment.GROUP;
                    case "tree" -> Containment.TREE;
                    case "cgroup" -> Containment.CGROUP;
                    case "strongest" -> limited ? Containment.CGROUP : Containment.strongest();
                    default ->
                        throw new UsageException("--containment can be 'group', 'tree', 'cgroup' or 'strongest', not '"
                                + containment + "'");
                };
        if (limited && named != Containment.CGROUP) {
            throw new UsageException(
                    "--memory, --pids and --cpu need --containment cgroup: a " + containment + " cannot be limited");
        }
        return new RunContainment(named, limits);
    }

    /** More than zero, which in {@link CgroupLimits} stands for no limit: the opposite of what was asked for. */
    private static long memoryBytes(String text) throws UsageException {
        long bytes = SizeText.bytes("--memory", text, Long.MAX_VALUE);
        if (bytes == 0) {
            throw new UsageException("--memory must be more than zero; leave it out for no limit");
        }
        return bytes;
    }

    private static long cpuMicros(String text) throws UsageException {
        try {
            // Java also reads 2d, 2f and 0x2p0: the first looks like two days.
            double processors = text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))
                    ? Double.parseDouble(text)
                    : Double.NaN;
            if (processors >= LEAST_CPU && processors <= MOST_CPU) {
                return Math.round(processors * PERIOD_MICROS);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new UsageException(
                "--cpu needs a number of processors from 0.01 on, such as 0.5 or 2, not '" + text + "'");
    }
}
