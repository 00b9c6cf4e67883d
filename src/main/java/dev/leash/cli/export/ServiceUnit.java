package dev.leash.cli.export;

import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.cli.up.UpFile;
import dev.leash.cli.up.UpPlan;
import dev.leash.cli.up.UpService;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** The unit of one service, or of one replica of it. */
final class ServiceUnit {
    private static final int PERCENT = 100;

    private final UnitFacts facts;
    private final UpPlan.Member member;
    private final UpService service;
    private final Gaps gaps;
    private final UnitDraft unit;

    private ServiceUnit(UnitFacts facts, UpPlan.Member member, Gaps gaps) {
        this.facts = facts;
        this.member = member;
        this.service = member.service();
        this.gaps = gaps;
        this.unit = new UnitDraft(facts.unit(member.name()), facts.file());
    }

    static Unit of(UnitFacts facts, UpPlan.Member member, Gaps gaps) throws UsageException {
        return new ServiceUnit(facts, member, gaps).make();
    }

    private Unit make() throws UsageException {
        String directory = service.directory() == null ? facts.folder() : Place.in(facts.folder(), service.directory());
        directory = Place.folder(directory);
        Variables variables = new Variables(facts.plan().file(), member);
        CommandLines commands = new CommandLines(
                service.name(), directory, variables.orElse("PATH", facts.path()), variables.settable(false), gaps);
        boolean once = facts.isOnce(service);
        unit.unit("Description", member.name() + " of " + UnitSyntax.shown(facts.file()));
        unit.unit("PartOf", facts.target());
        dependencies();

        ReadyKeys ready = new ReadyKeys(service, unit, commands, gaps);
        ready.type(once);
        if (facts.runAs() != null) {
            unit.service("User", facts.runAs());
        }
        unit.service("WorkingDirectory", path("directory", directory));
        variables
                .settable(true)
                .forEach((name, value) -> unit.service("Environment", UnitSyntax.quoted(name + "=" + value)));
        unit.service("ExecStart", commands.of(service.command()));
        ready.write(once);
        new StopKeys(service, unit, commands, gaps).write();
        new RestartKeys(service.restart(), unit, service.name(), gaps).write(once);
        log();
        limits(service.limits());
        if (service.essential()) {
            gaps.notInSystemd(service.name(), "essential", "the others run on when it has ended for good");
        }
        gaps.of(service.name()).forEach(unit::remark);
        return unit.done();
    }

    private void dependencies() {
        if (!facts.user()) {
            // So that they are stopped before the network is.
            unit.unit("After", "network.target");
        }
        // With Requires= the restart of another one restarts this one, too.
        boolean alone = facts.plan().file().strategy() == UpFile.Strategy.ONE_FOR_ONE;
        for (String other : facts.plan().replicas(service.after())) {
            unit.unit(alone ? "Wants" : "Requires", facts.unit(other));
            unit.unit("After", facts.unit(other));
        }
        for (String other : facts.plan().replicas(service.afterSuccess())) {
            unit.unit("Requires", facts.unit(other));
            unit.unit("After", facts.unit(other));
        }
    }

    private void log() throws UsageException {
        unit.service("SyslogIdentifier", member.name());
        UpService.LogRule log = service.log();
        if (log == null) {
            return;
        }
        String file = "append:" + path("log", Place.file(facts.folder(), log.file()));
        unit.service("StandardOutput", file);
        unit.service("StandardError", file);
        gaps.notInSystemd(
                service.name(),
                "log.max_size, keep, max_age",
                "the file grows until logrotate(8), with copytruncate, or somebody else makes it smaller; and the"
                        + " journal has nothing of it");
    }

    private void limits(UpService.LimitRule limits) {
        if (limits.memoryBytes() > 0) {
            unit.service("MemoryMax", Long.toString(limits.memoryBytes()));
            unit.service("MemorySwapMax", "0");
        }
        if (limits.pids() > 0) {
            unit.service("TasksMax", Long.toString(limits.pids()));
        }
        if (limits.cpu() > 0) {
            BigDecimal percent = BigDecimal.valueOf(limits.cpu()).multiply(BigDecimal.valueOf(PERCENT));
            // It reads two decimals.
            unit.service(
                    "CPUQuota",
                    percent.setScale(2, RoundingMode.HALF_UP)
                                    .stripTrailingZeros()
                                    .toPlainString() + "%");
        }
        if (limits.nofile() > 0) {
            unit.service("LimitNOFILE", Long.toString(limits.nofile()));
        }
        if (limits.nice() != null) {
            unit.service("Nice", limits.nice().toString());
        }
    }

    private String path(String key, String raw) throws UsageException {
        String path = UnitSyntax.path(raw);
        if (path == null) {
            throw new UsageException("service " + service.name() + ": " + key
                    + ": systemd has no way to write the path "
                    + RawText.text(raw) + ", which has control characters, bytes that are no text, or a blank or \\ at"
                    + " its end; give it another one");
        }
        return path;
    }
}
