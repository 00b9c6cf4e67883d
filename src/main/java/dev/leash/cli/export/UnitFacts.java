package dev.leash.cli.export;

import dev.leash.cli.up.RestartRule;
import dev.leash.cli.up.UpPlan;
import dev.leash.cli.up.UpService;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all units of a file have in common.
 *
 * @param file its absolute path
 * @param folder where it is, absolute
 * @param name what the names of the units begin with
 * @param user whether they are for the service manager of a user
 * @param runAs who the services run as; null if that goes without saying
 * @param path the caller's PATH
 * @param waitedFor whose success others wait for
 */
record UnitFacts(
        UpPlan plan,
        String file,
        String folder,
        String name,
        boolean user,
        @Nullable String runAs,
        String path,
        Set<String> waitedFor) {
    /** Those of which others wait for the success, of all services. */
    static Set<String> waitedFor(UpPlan plan) {
        Set<String> names = new HashSet<>();
        plan.file().services().forEach(service -> names.addAll(service.afterSuccess()));
        return names;
    }

    /** The name of the unit of a service or of a replica. */
    String unit(String service) {
        return name + "-" + service + ".service";
    }

    String target() {
        return name + ".target";
    }

    /** Whether it is a job that others wait for, and not a service. */
    boolean isOnce(UpService service) {
        return waitedFor.contains(service.name()) && service.restart().when() != RestartRule.When.ALWAYS;
    }
}
