package dev.leash.cli.run;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.GivenOptions;
import dev.leash.cli.options.NumberText;
import dev.leash.cli.options.SizeText;
import dev.leash.cli.options.UsageException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The containment of {@code leash run} and its limits. */
final class RunContainment {
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
        Containment named =
                switch (containment) {
                    case "group" -> Containment.GROUP;
                    case "tree" -> Containment.TREE;
                    case "cgroup" -> Containment.CGROUP;
                    case "strongest" -> isLimited ? Containment.CGROUP : Containment.strongest();
                    default ->
                        throw new UsageException("--containment can be 'group', 'tree', 'cgroup' or 'strongest', not '"
                                + containment + "'");
                };
        if (isLimited && named != Containment.CGROUP) {
            throw new UsageException(
                    String.join(", ", LIMITS) + " need --containment cgroup: a " + containment + " cannot be limited");
        }
        return limited.containment(named);
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
            limited = limited.cpuset(cpus(cpus));
        }
        for (String read : options.values("--device-read")) {
            limited = limited.deviceReadLimit(disk("--device-read", read), rate("--device-read", read));
        }
        for (String written : options.values("--device-write")) {
            limited = limited.deviceWriteLimit(disk("--device-write", written), rate("--device-write", written));
        }
        return limited;
    }

    /** A list in the kernel's form. */
    private static int[] cpus(String text) throws UsageException {
        List<Integer> numbers = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
                throw badCpus(text);
            }
            int dash = part.indexOf('-');
            int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int to = dash < 0 ? from : Integer.parseInt(part.substring(dash + 1));
            if (from > to || to > MOST_CPUS) {
                throw badCpus(text);
            }
            for (int number = from; number <= to; number++) {
                numbers.add(number);
            }
        }
        return numbers.stream().mapToInt(number -> number).toArray();
    }

    private static UsageException badCpus(String text) {
        return new UsageException(
                "--cpuset needs the numbers of processors, such as 0-3,7 (from 0 to 65535), not '" + text + "'");
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
