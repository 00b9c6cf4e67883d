package dev.leash.cli.up;

import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.cli.options.DurationText;
import dev.leash.cli.options.UsageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key {@code stop}: signals with the times to wait after them, such as {@code ["INT", "5s", "TERM", "10s",
 * "KILL"]}, or the same in one string. KILL at the end goes without saying.
 */
final class StopSteps {
    private static final Duration USUAL_GRACE = Duration.ofSeconds(10);

    private StopSteps() {}

    static @Nullable StopPlan read(TomlKeys keys) {
        List<String> steps = new ArrayList<>();
        if (keys.value("stop") instanceof String line) {
            for (String step : line.split(",", -1)) {
                steps.add(step.strip());
            }
        } else {
            steps = keys.texts("stop");
            List<TomlKeys.Element> elements = keys.elements("stop");
            if (elements == null || elements.size() != steps.size()) {
                return null;
            }
        }
        try {
            return plan(steps);
        } catch (UsageException e) {
            keys.wrong("stop", TomlKeys.said(e));
            return null;
        }
    }

    private static StopPlan plan(List<String> steps) throws UsageException {
        StopPlan.@Nullable Waited plan = null;
        for (int at = 0; at < steps.size(); at += 2) {
            Signal signal = signal(steps.get(at));
            if (signal == null) {
                throw new UsageException(noSignal(steps.get(at)));
            }
            if (signal.equals(Signal.KILL)) {
                if (at + 1 < steps.size()) {
                    throw new UsageException("nothing outlasts KILL; remove what follows it");
                }
                return plan == null ? StopPlan.kill() : plan.kill();
            }
            StopPlan.Signalled signalled = plan == null ? StopPlan.signal(signal) : plan.signal(signal);
            plan = signalled.then(grace(signal, steps, at + 1));
        }
        if (plan == null) {
            throw new UsageException("has no step; begin with a signal, as in ['TERM', '10s', 'KILL']");
        }
        return plan.kill();
    }

    private static Duration grace(Signal signal, List<String> steps, int at) throws UsageException {
        if (at == steps.size()) {
            return USUAL_GRACE;
        }
        try {
            return Duration.ofNanos(DurationText.nanos("", steps.get(at)));
        } catch (UsageException e) {
            throw new UsageException(
                    "needs the time to wait after " + signal + ", such as '10s', not '" + steps.get(at) + "'");
        }
    }

    /** Null if it is none. */
    static @Nullable Signal signal(String text) {
        try {
            return Signal.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static String noSignal(String text) {
        return "needs a signal such as 'TERM', 'SIGINT' or '10', not '" + text + "'";
    }
}
