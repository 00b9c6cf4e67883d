package dev.leash.cli.run;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.cli.options.NumberText;
import dev.leash.cli.options.SizeText;
import dev.leash.cli.options.UsageException;
import org.jspecify.annotations.Nullable;

/** The containment of {@code leash run} and its limits. */
final class RunContainment {
    private static final double LEAST_CPU = 0.01;
    private static final double MOST_CPU = 1_000_000;

    private RunContainment() {}

    /** {@code command} with the values of the options, each null where it was not given. */
    static Command given(
            Command command,
            @Nullable String containment,
            @Nullable String memory,
            @Nullable String pids,
            @Nullable String cpu)
            throws UsageException {
        Command given = command;
        if (memory != null) {
            given = given.memoryLimit(memoryBytes(memory));
        }
        if (pids != null) {
            given = given.pidsLimit(NumberText.from("--pids", pids, 1, Integer.MAX_VALUE));
        }
        if (cpu != null) {
            given = given.cpuLimit(processors(cpu));
        }
        boolean limited = memory != null || pids != null || cpu != null;
        if (containment == null) {
            return given;
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
        return given.containment(named);
    }

    private static long memoryBytes(String text) throws UsageException {
        long bytes = SizeText.bytes("--memory", text, Long.MAX_VALUE);
        if (bytes == 0) {
            throw new UsageException("--memory must be more than zero; leave it out for no limit");
        }
        return bytes;
    }

    private static double processors(String text) throws UsageException {
        try {
            // Java also accepts 2d, 2f and 0x2p0: the first looks like two days.
            double processors = text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))
                    ? Double.parseDouble(text)
                    : Double.NaN;
            if (processors >= LEAST_CPU && processors <= MOST_CPU) {
                return processors;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new UsageException(
                "--cpu needs a number of processors from 0.01 on, such as 0.5 or 2, not '" + text + "'");
    }
}
