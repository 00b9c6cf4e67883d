package dev.leash.cli.export;

import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.cli.up.UpService;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.access.CommandAccess.StopWait;
import java.time.Duration;
import java.util.List;

/** How systemd stops a service, and lets it read its configuration again. */
final class StopKeys {
    private static final StopPlan USUAL =
            StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(10)).kill();

    /**
     * Only to stop it: systemd runs this also when it has ended by itself. The command, and the end that follows from
     * it, have ten seconds, as in leash, before the signal.
     */
    private static final String ASK = "test -z \"$MAINPID\" || exec timeout 10 " + CommandLines.SHELL
            + " -c '\"$@\" && exec tail -f /dev/null --pid=\"$MAINPID\"' sh \"$@\"";

    /** systemd gives as much to this as to the signal, and takes it for a failure if it is over. */
    private static final long ASK_NANOS = Duration.ofSeconds(11).toNanos();

    private final UpService service;
    private final UnitDraft unit;
    private final CommandLines commands;
    private final Gaps gaps;

    StopKeys(UpService service, UnitDraft unit, CommandLines commands, Gaps gaps) {
        this.service = service;
        this.unit = unit;
        this.commands = commands;
        this.gaps = gaps;
    }

    void write() {
        UpService.ReloadRule reload = service.reload();
        if (reload != null && reload.command() != null) {
            unit.service("ExecReload", commands.of(reload.command()));
        } else if (reload != null && reload.signal() != null) {
            unit.service("ExecReload", commands.script("kill -" + shells(reload.signal()) + " \"$MAINPID\""));
        }
        if (service.stopCommand() != null) {
            unit.service("ExecStop", "-" + commands.script(ASK, service.stopCommand()));
        }
        StopPlan plan = service.stop() == null ? USUAL : service.stop();
        List<StopWait> waits = CommandAccess.get().waits(plan);
        unit.service("KillMode", "control-group");
        String signal =
                waits.isEmpty() ? "SIGKILL" : RestartKeys.name(waits.getFirst().signal());
        unit.service("KillSignal", signal);
        long time = total(waits);
        long least = service.stopCommand() == null ? 0 : ASK_NANOS;
        if (!waits.isEmpty() || least > 0) {
            unit.service("TimeoutStopSec", UnitSyntax.time(Math.max(time, least)));
        }
        if (service.stop() != null && !waits.isEmpty() && time < least) {
            gaps.notInSystemd(
                    service.name(),
                    "stop_command with a shorter stop",
                    "the time for the command is also that between the signal and KILL");
        }
        if (service.watchdogNanos() > 0) {
            unit.service("WatchdogSignal", signal);
        }
        if (waits.size() > 1) {
            gaps.notInSystemd(
                    service.name(),
                    "stop with several signals",
                    "KILL follows the first one, after the time of all of them");
        }
    }

    /** Not all shells have names for the real-time signals. */
    private static String shells(Signal signal) {
        return signal.name().startsWith("RT") ? Integer.toString(signal.number()) : signal.name();
    }

    private static long total(List<StopWait> waits) {
        long total = 0;
        for (StopWait wait : waits) {
            total = total + wait.graceNanos() < 0 ? Long.MAX_VALUE : total + wait.graceNanos();
        }
        return total;
    }
}
