package dev.leash.cli.up;

import dev.leash.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the table of one service. */
final class ServiceReader {
    private static final int MOST_REPLICAS = 1000;
    private static final int MOST_FILES = 10_000;
    private static final List<String> RESTARTS = List.of("always", "on-failure", "never");
    private static final List<String> CONTAINMENTS = List.of("group", "tree", "cgroup", "strongest");

    private final String name;
    private final TomlKeys keys;
    private final String directory;
    private final Problems problems;
    private final boolean whole;

    /** @param whole whether all of the file could be read: else what seems to be missing may be in the rest */
    ServiceReader(String name, TomlKeys keys, String directory, Problems problems, boolean whole) {
        this.name = name;
        this.keys = keys;
        this.directory = directory;
        this.problems = problems;
        this.whole = whole;
    }

    UpService read() {
        List<String> command = keys.command("command");
        if (!keys.has("command") && whole) {
            keys.wrong("command", "is missing; say what to run, such as command = './server'");
        }
        Boolean essential = keys.flag("essential");
        UpService service = new UpService(
                name,
                command == null ? List.of() : command,
                keys.raw("directory"),
                new EnvironmentKeys(directory, problems).read(keys),
                restart(),
                new ProbeReader(keys).ready(),
                orZero(keys.duration("start_timeout")),
                liveness(),
                orZero(keys.duration("watchdog")),
                StopSteps.read(keys),
                keys.command("stop_command"),
                reload(),
                log(),
                List.copyOf(keys.texts("after")),
                List.copyOf(keys.texts("after_success")),
                essential != null && essential,
                replicas(),
                limits());
        keys.refuseOthers();
        return service;
    }

    private RestartRule restart() {
        String when = keys.word("restart", RESTARTS);
        List<Long> codes = keys.integers("success_codes", 0, 255);
        Long initial = null;
        Long longest = null;
        Double factor = null;
        Double jitter = null;
        Long steady = null;
        TomlKeys backoff = keys.table("backoff");
        if (backoff != null) {
            initial = backoff.delay("initial");
            longest = backoff.delay("max");
            factor = backoff.number("factor", 1, 1000);
            jitter = backoff.number("jitter", 0, 1);
            steady = backoff.delay("reset_after");
            requireOrder(backoff, initial, longest);
            backoff.refuseOthers();
        }
        Long most = null;
        Long within = null;
        if (keys.value("max_restarts") instanceof String word) {
            most = word.equals("unlimited") ? Long.valueOf(RestartRule.UNLIMITED) : null;
            if (most == null) {
                keys.wrong("max_restarts", "needs { count = 10, within = '5m' } or 'unlimited', not '" + word + "'");
            }
        } else {
            TomlKeys limit = keys.table("max_restarts");
            if (limit != null) {
                most = limit.integer("count", 0, Integer.MAX_VALUE);
                within = limit.duration("within");
                if (whole && !limit.has("count")) {
                    limit.wrong("count is missing; say how many restarts there may be");
                }
                limit.refuseOthers();
            }
        }
        return new RestartRule(
                when == null ? RestartRule.When.ON_FAILURE : RestartRule.When.valueOf(TomlKeys.constant(when)),
                codes == null
                        ? null
                        : new TreeSet<>(codes.stream().map(Long::intValue).toList()),
                successSignals(),
                initial,
                longest,
                factor,
                jitter,
                steady,
                most == null ? null : most.intValue(),
                within);
    }

    private static void requireOrder(TomlKeys backoff, @Nullable Long initial, @Nullable Long longest) {
        long first = initial == null ? RestartRule.USUAL_INITIAL_NANOS : initial;
        long last = longest == null ? RestartRule.USUAL_LONGEST_NANOS : longest;
        if (first > last) {
            backoff.wrong(
                    initial == null ? "max" : "initial",
                    "the first delay" + (initial == null ? ", 100ms by default," : "") + " is longer than max"
                            + (longest == null ? ", 30s by default" : "") + "; change one of them");
        }
    }

    private @Nullable Set<Signal> successSignals() {
        if (!keys.has("success_signals")) {
            return null;
        }
        List<Signal> signals = new ArrayList<>();
        for (String text : keys.texts("success_signals")) {
            Signal signal = StopSteps.signal(text);
            if (signal == null) {
                keys.wrong("success_signals", StopSteps.noSignal(text));
            } else {
                signals.add(signal);
            }
        }
        return Set.copyOf(signals);
    }

    private @Nullable ProbeRule liveness() {
        TomlKeys liveness = keys.table("liveness");
        if (liveness == null) {
            return null;
        }
        ProbeRule rule = new ProbeReader(liveness).liveness(whole);
        liveness.refuseOthers();
        return rule;
    }

    private UpService.@Nullable ReloadRule reload() {
        if (!(keys.value("reload") instanceof String text)) {
            TomlKeys reload = keys.has("reload") ? keys.table("reload") : null;
            if (reload == null) {
                return null;
            }
            List<String> command = reload.command("command");
            String name = reload.text("signal");
            Signal signal = name == null ? null : StopSteps.signal(name);
            if (name != null && signal == null) {
                reload.wrong("signal", StopSteps.noSignal(name));
            }
            if (whole && reload.has("command") == reload.has("signal")) {
                reload.wrong("needs one of signal and command, not " + (command == null ? "none" : "both"));
            }
            reload.refuseOthers();
            return signal == null && command == null ? null : new UpService.ReloadRule(signal, command);
        }
        Signal signal = StopSteps.signal(text);
        if (signal == null) {
            keys.wrong("reload", StopSteps.noSignal(text) + "; a command is { command = '…' }");
            return null;
        }
        return new UpService.ReloadRule(signal, null);
    }

    private UpService.@Nullable LogRule log() {
        if (keys.value("log") instanceof String) {
            String file = keys.raw("log");
            return file == null ? null : new UpService.LogRule(file, 0, 0, 0);
        }
        TomlKeys log = keys.table("log");
        if (log == null) {
            return null;
        }
        String file = log.raw("file");
        if (whole && !log.has("file")) {
            log.wrong("file is missing; say where the output goes");
        }
        Long keep = log.integer("keep", 1, MOST_FILES);
        UpService.LogRule rule = new UpService.LogRule(
                file == null ? "" : file,
                orZero(log.size("max_size")),
                keep == null ? 0 : keep.intValue(),
                orZero(log.duration("max_age")));
        log.refuseOthers();
        return rule;
    }

    private int replicas() {
        Long replicas = keys.integer("replicas", 1, MOST_REPLICAS);
        return replicas == null ? 1 : replicas.intValue();
    }

    private UpService.LimitRule limits() {
        String containment = keys.word("containment", CONTAINMENTS);
        Long nice = keys.integer("nice", -20, 19);
        UpService.LimitRule limits = new UpService.LimitRule(
                containment,
                orZero(keys.size("memory")),
                orZero(keys.integer("pids", 1, Integer.MAX_VALUE)),
                orZero(keys.number("cpu", 0.01, 1_000_000)),
                // With fewer, no program that needs a shared library could start.
                orZero(keys.integer("nofile", 4, Integer.MAX_VALUE)),
                nice == null ? null : nice.intValue());
        boolean limited = limits.memoryBytes() > 0 || limits.pids() > 0 || limits.cpu() > 0;
        if (limited && ("group".equals(containment) || "tree".equals(containment))) {
            keys.wrong(
                    "containment",
                    "memory, pids and cpu need a cgroup: a " + containment
                            + " cannot be limited; say 'cgroup', or leave it out");
        }
        return limits;
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }
}
