package dev.leash.cli.export;

import dev.leash.Signal;
import dev.leash.cli.up.RestartRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** When systemd restarts a service, and how it tells a failure. */
final class RestartKeys {
    /** Ends that are no failure for systemd, unless it is told to restart after them. */
    private static final List<Signal> CLEAN = List.of(Signal.HUP, Signal.INT, Signal.TERM, Signal.parse("PIPE"));

    private final RestartRule rule;
    private final UnitDraft unit;
    private final String service;
    private final Gaps gaps;

    RestartKeys(RestartRule rule, UnitDraft unit, String service, Gaps gaps) {
        this.rule = rule;
        this.unit = unit;
        this.service = service;
        this.gaps = gaps;
    }

    /** @param once whether it is a job, {@code Type=oneshot} */
    void write(boolean once) {
        successes(once);
        unit.service(
                "Restart",
                switch (rule.when()) {
                    case ALWAYS -> "always";
                    case ON_FAILURE -> "on-failure";
                    case NEVER -> "no";
                });
        if (rule.when() == RestartRule.When.NEVER) {
            return;
        }
        if (rule.when() == RestartRule.When.ON_FAILURE && !once) {
            forced();
        }
        if (once) {
            unit.serviceRemark("of systemd 254; for an older one what waits for it fails with its first run");
            unit.service("RestartMode", "direct");
        }
        delays();
        limit();
    }

    /** The number of starts, of which the first is no restart. */
    private void limit() {
        Integer most = rule.most();
        if (most != null && most == RestartRule.UNLIMITED) {
            unit.unit("StartLimitIntervalSec", "0");
            return;
        }
        Long within = rule.withinNanos();
        unit.unit("StartLimitIntervalSec", UnitSyntax.time(within == null ? RestartRule.USUAL_WINDOW_NANOS : within));
        unit.unit("StartLimitBurst", Long.toString((most == null ? RestartRule.USUAL_RESTARTS : (long) most) + 1));
    }

    private void successes(boolean once) {
        List<String> all = new ArrayList<>();
        Set<Integer> codes = rule.codes();
        if (codes != null) {
            new TreeSet<>(codes).forEach(code -> {
                if (code != 0) {
                    all.add(code.toString());
                }
            });
            if (!codes.contains(0)) {
                gaps.notInSystemd(service, "success_codes without 0", afterZero(once));
            }
        }
        successSignals().forEach(signal -> all.add(name(signal)));
        if (!all.isEmpty()) {
            unit.service("SuccessExitStatus", String.join(" ", all));
        }
    }

    /** What becomes of exit code 0, which systemd takes for a success in any case. */
    private String afterZero(boolean once) {
        if (once) {
            return "exit code 0 is a success: it is not restarted, and what waits for it starts";
        }
        return rule.when() == RestartRule.When.NEVER
                ? "exit code 0 is a success in its status"
                : "it is restarted after exit code 0, but that is a success in its status";
    }

    private void forced() {
        List<String> all = new ArrayList<>();
        Set<Integer> codes = rule.codes();
        if (codes != null && !codes.contains(0)) {
            all.add("0");
        }
        for (Signal signal : CLEAN) {
            if (!successSignals().contains(signal)) {
                all.add(name(signal));
            }
        }
        if (!all.isEmpty()) {
            unit.service("RestartForceExitStatus", String.join(" ", all));
        }
    }

    private List<Signal> successSignals() {
        Set<Signal> signals = rule.signals();
        return signals == null
                ? List.of()
                : signals.stream().sorted((a, b) -> a.number() - b.number()).toList();
    }

    private void delays() {
        long first = orUsual(rule.initialNanos(), RestartRule.USUAL_INITIAL_NANOS);
        long longest = orUsual(rule.longestNanos(), RestartRule.USUAL_LONGEST_NANOS);
        double factor = rule.factor() == null ? RestartRule.USUAL_FACTOR : rule.factor();
        unit.service("RestartSec", UnitSyntax.time(first));
        if (first > 0 && first < longest && factor > 1) {
            long steps = Math.max(1, Math.round(Math.log((double) longest / first) / Math.log(factor)));
            unit.serviceRemark("of systemd 254; an older one waits RestartSec each time");
            unit.service("RestartSteps", Long.toString(steps));
            unit.service("RestartMaxDelaySec", UnitSyntax.time(longest));
            gaps.notInSystemd(
                    service,
                    "backoff.reset_after",
                    "the delays grow with each restart, and begin anew when somebody starts it");
        }
        Double jitter = rule.jitter();
        if (jitter != null && jitter > 0) {
            gaps.notInSystemd(service, "backoff.jitter", "the delays are not changed by chance");
        }
    }

    private static long orUsual(@Nullable Long nanos, long usual) {
        return nanos == null ? usual : nanos;
    }

    /** As systemd has it. */
    static String name(Signal signal) {
        return "SIG" + signal.name();
    }
}
