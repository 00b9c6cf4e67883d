package dev.leash.cli.export;

import dev.leash.cli.up.ProbeRule;
import dev.leash.cli.up.ReadyRule;
import dev.leash.cli.up.UpService;
import java.math.BigDecimal;
import java.util.List;

/** When systemd takes a service for started, and whether it lives. */
final class ReadyKeys {
    private static final String USUAL_INTERVAL = "1";
    private static final String USUAL_TIMEOUT = "1";
    private static final int NANO_DIGITS = 9;

    private final UpService service;
    private final UnitDraft unit;
    private final CommandLines commands;
    private final Gaps gaps;

    ReadyKeys(UpService service, UnitDraft unit, CommandLines commands, Gaps gaps) {
        this.service = service;
        this.unit = unit;
        this.commands = commands;
        this.gaps = gaps;
    }

    /** The type, which is the first line. */
    void type(boolean once) {
        boolean notifies = service.ready() instanceof ReadyRule.Notify;
        unit.service("Type", once ? "oneshot" : notifies ? "notify" : "exec");
        if (once) {
            unit.serviceRemark("it has been started when it has ended, and stays so");
            unit.service("RemainAfterExit", "yes");
        } else if (notifies || service.watchdogNanos() > 0) {
            unit.service("NotifyAccess", "all");
        }
    }

    /** What follows the command. */
    void write(boolean once) {
        if (once) {
            unit.service("TimeoutStartSec", "infinity");
            if (service.ready() != null && !(service.ready() instanceof ReadyRule.Immediately)) {
                gaps.notInSystemd(
                        service.name(), "ready of what others wait for with after_success", "they wait for its end");
            }
            if (service.watchdogNanos() > 0) {
                gaps.notInSystemd(
                        service.name(), "watchdog of what others wait for with after_success", "there is none");
            }
        } else {
            ready();
            long timeout = service.startTimeoutNanos();
            unit.service("TimeoutStartSec", timeout > 0 ? UnitSyntax.time(timeout) : "infinity");
            if (service.watchdogNanos() > 0) {
                unit.service("WatchdogSec", UnitSyntax.time(service.watchdogNanos()));
            }
        }
        if (service.liveness() != null) {
            gaps.notInSystemd(
                    service.name(),
                    "liveness",
                    "nobody asks whether it lives; a program that says it by sd_notify(3) can be watched, see watchdog");
        }
    }

    private void ready() {
        switch (service.ready()) {
            case null -> {}
            case ReadyRule.Immediately now -> {}
            case ReadyRule.Notify notify -> {}
            case ReadyRule.Uptime uptime ->
                unit.service("ExecStartPost", commands.of(List.of("/bin/sleep", seconds(uptime.nanos()))));
            case ReadyRule.Line line -> unknown("line");
            case ReadyRule.Probed probed -> {
                switch (probed.probe().question()) {
                    case ProbeRule.Tcp tcp -> unknown("tcp");
                    case ProbeRule.Unix unix -> unknown("unix");
                    case ProbeRule.Http http -> unknown("http");
                    case ProbeRule.Program program -> ask(probed.probe(), program.command());
                }
            }
        }
    }

    private void ask(ProbeRule rule, List<String> command) {
        String limit = rule.timeoutNanos() > 0 ? seconds(rule.timeoutNanos()) : USUAL_TIMEOUT;
        String pause = rule.intervalNanos() > 0 ? seconds(rule.intervalNanos()) : USUAL_INTERVAL;
        // It ends with the service, which would otherwise be waited for until its start takes too long.
        String ask = "until timeout " + limit
                + " \"$@\" >/dev/null 2>&1; do kill -0 \"$MAINPID\" 2>/dev/null || exit 1; sleep " + pause + "; done";
        unit.service("ExecStartPost", commands.script(ask, command));
    }

    private void unknown(String what) {
        gaps.notInSystemd(
                service.name(),
                "ready." + what,
                "what comes after it is started at once; a program that says when it is ready (ready = 'notify'), or"
                        + " a command that asks (ready.command), is waited for");
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros().toPlainString();
    }
}
