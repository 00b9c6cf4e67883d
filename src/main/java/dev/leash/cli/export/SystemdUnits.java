package dev.leash.cli.export;

import dev.leash.cli.options.UsageException;
import dev.leash.cli.up.UpFile;
import dev.leash.cli.up.UpPlan;
import java.util.ArrayList;
import java.util.List;

/** All units of a file: one for each service and each replica, and a target for all of them. */
final class SystemdUnits {
    private SystemdUnits() {}

    /** @param callersPort the caller's PORT; empty if there is none */
    static List<Unit> of(UnitFacts facts, String callersPort, Gaps gaps) throws UsageException {
        List<Unit> units = new ArrayList<>();
        UnitDraft target = new UnitDraft(facts.target(), facts.file());
        if (facts.plan().file().strategy() != UpFile.Strategy.ONE_FOR_ONE) {
            gaps.notInSystemd(
                    facts.target(),
                    "strategy",
                    "with a service only those are restarted that come after it by the key after");
        }
        target.unit("Description", "services of " + UnitSyntax.shown(facts.file()));
        for (UpPlan.Member member : facts.plan().members(callersPort)) {
            units.add(ServiceUnit.of(facts, member, gaps));
            target.unit("Wants", facts.unit(member.name()));
        }
        target.install("WantedBy", facts.user() ? "default.target" : "multi-user.target");
        gaps.of(facts.target()).forEach(target::remark);
        units.add(target.done());
        return units;
    }
}
