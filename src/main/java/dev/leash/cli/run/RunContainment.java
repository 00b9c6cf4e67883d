package dev.leash.cli.run;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.CpuList;
import dev.leash.cli.options.GivenOptions;
import dev.leash.cli.options.NumberText;
import dev.leash.cli.options.SizeText;
import dev.leash.cli.options.UsageException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** The containment of {@code leash run} and its limits. */
public final class RunContainment {
    private static final double LEAST_CPU = 0.01;
    private static final double MOST_CPU = 1_000_000;
    private static final int MOST_CPUS = 65_535;

    private static final List<String> LIMITS =
            List.of("--memory", "--pids", "--cpu", "--cpuset", "--device-read", "--device-write");

    private RunContainment() {}

    /** {@code command} with the values of the options that were given. */
    static Command given(Command command, GivenOptions options) throws UsageException {
        Command limited = limited(command, options);
        boolean isLimited = !limited.equals(command);
        String containment = options.value("--containment");
        if (containment == null) {
            return limited;
        }
        Containment named = named(containment, isLimited);
        if (isLimited && named != Containment.CGROUP) {
            throw new UsageException(
                    String.join(", ", LIMITS) + " need --containment cgroup: a " + containment + " cannot be limited");
        }
        return limited.containment(named);
    }

    /**
     * What a word on the command line stands for.
     *
     * @param limited whether it has limits, which only a cgroup can have
     */
    public static Containment named(String text, boolean limited) throws UsageException {
        return switch (text) {
            case "group" -> Containment.GROUP;
            case "tree" -> Containment.TREE;
            case "cgroup" -> Containment.CGROUP;
            case "strongest" -> limited ? Containment.CGROUP : Containment.strongest();
            default ->
                throw new UsageException(
                        "--containment can be 'group', 'tree', 'cgroup' or 'strongest', not '" + text + "'");
        };
    }

    private static Command limited(Command command, GivenOptions options) throws UsageException {
        Command limited = command;
        String memory = options.value("--memory");
        if (memory != null) {
            limited = limited.memoryLimit(positiveBytes("--memory", memory));
        }
        String pids = options.value("--pids");
        if (pids != null) {
            limited = limited.pidsLimit(NumberText.from("--pids", pids, 1, Integer.MAX_VALUE));
        }
        String cpu = options.value("--cpu");
        if (cpu != null) {
            limited = limited.cpuLimit(processors(cpu));
        }
        String cpus = options.value("--cpuset");
        if (cpus != null) {
            limited = limited.cpuset(CpuList.parse("--cpuset", cpus, MOST_CPUS));
        }
        for (String read : options.values("--device-read")) {
            limited = limited.deviceReadLimit(disk("--device-read", read), rate("--device-read", read));
        }
        for (String written : options.values("--device-write")) {
            limited = limited.deviceWriteLimit(disk("--device-write", written), rate("--device-write", written));
        }
        return limited;
    }

    private static Path disk(String option, String text) throws UsageException {
        int colon = text.lastIndexOf(':');
        String name = colon <= 0
                ? null
                : RawText.utf8(RawText.bytes(List.of(text.substring(0, colon))).getFirst());
        try {
            if (name != null) {
                return Path.of(name);
            }
        } catch (InvalidPathException e) {
            // reported below
        }
        throw new UsageException(option + " needs a disk and a size, such as /dev/sda:10M, not '" + text + "'");
    }

    private static long rate(String option, String text) throws UsageException {
        return positiveBytes(option, text.substring(text.lastIndexOf(':') + 1));
    }

    private static long positiveBytes(String option, String text) throws UsageException {
        long bytes = SizeText.bytes(option, text, Long.MAX_VALUE);
        if (bytes == 0) {
            throw new UsageException(option + " must be more than zero; leave it out for no limit");
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
