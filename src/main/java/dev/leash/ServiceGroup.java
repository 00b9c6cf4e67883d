package dev.leash;

import dev.leash.internal.service.GroupOrder;
import dev.leash.internal.service.GroupOrder.Needs;
import dev.leash.internal.service.GroupPlan;
import dev.leash.internal.service.RestartRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Services that belong together: they are started in the order of their {@linkplain Service#after dependencies}, as many at
 * a time as those allow, and stopped in the reverse order. Immutable; {@link Supervisor#supervise(ServiceGroup)} runs it.
 *
 * {@snippet class="dev.leash.examples.Services" region="group"}
 */
public final class ServiceGroup {
    /** What happens to the others when a service has ended and is restarted, as in Erlang/OTP. */
    public enum Strategy {
        /** Nothing. */
        ONE_FOR_ONE,
        /** All are stopped, and started again with it. If it has failed for good, they are only stopped. */
        ONE_FOR_ALL,
        /** The same for those that come after it in the order of the start. */
        REST_FOR_ONE
    }

    /** With replicas of their own; in the order of the start. */
    private final List<Service> services;

    private final GroupOrder order;
    private final Strategy strategy;

    private ServiceGroup(List<Service> services, GroupOrder order, Strategy strategy) {
        this.services = services;
        this.order = order;
        this.strategy = strategy;
    }

    /**
     * A group.
     *
     * @throws IllegalArgumentException if there is none, two have the same name, a dependency is not in the group, services
     *     wait for each other, or one waits for the success of a service that is always restarted
     */
    public static ServiceGroup of(Service... services) {
        return of(Arrays.asList(services));
    }

    /** The same. */
    public static ServiceGroup of(List<Service> services) {
        if (services.isEmpty()) {
            throw new IllegalArgumentException("a group has at least one service");
        }
        Map<String, List<String>> replicas = new LinkedHashMap<>();
        Map<String, Service> all = new LinkedHashMap<>();
        for (Service each : services) {
            List<String> names = new ArrayList<>();
            for (int number = 1; number <= each.draft().replicas; number++) {
                Service one = each.replica(number);
                names.add(one.name());
                if (all.put(one.name(), one) != null) {
                    throw new IllegalArgumentException("two services are named " + one.name());
                }
            }
            if (replicas.put(each.name(), names) != null) {
                throw new IllegalArgumentException("two services are named " + each.name());
            }
        }
        Map<String, Needs> needs = new LinkedHashMap<>();
        for (Service each : all.values()) {
            needs.put(
                    each.name(),
                    new Needs(expanded(each.draft().after, replicas), expanded(each.draft().afterSuccess, replicas)));
        }
        GroupOrder order = GroupOrder.of(needs);
        refuseEndlessWaits(all, needs);
        return new ServiceGroup(order.names().stream().map(all::get).toList(), order, Strategy.ONE_FOR_ONE);
    }

    private static Set<String> expanded(Set<String> names, Map<String, List<String>> replicas) {
        Set<String> all = new LinkedHashSet<>();
        for (String name : names) {
            all.addAll(replicas.getOrDefault(name, List.of(name)));
        }
        return all;
    }

    private static void refuseEndlessWaits(Map<String, Service> all, Map<String, Needs> needs) {
        needs.forEach((name, need) -> {
            for (String other : need.afterSuccess()) {
                Service waitedFor = Objects.requireNonNull(all.get(other));
                if (waitedFor.draft().restart.rules().mode() == RestartRules.Mode.ALWAYS) {
                    throw new IllegalArgumentException("service " + name + " would wait for ever for the success of "
                            + other + ", which is always restarted");
                }
            }
        });
    }

    /** What the end of one means for the others. Default: {@link Strategy#ONE_FOR_ONE}. */
    public ServiceGroup strategy(Strategy strategy) {
        return new ServiceGroup(services, order, Objects.requireNonNull(strategy, "strategy"));
    }

    /** In the order of the start, each replica for itself. */
    public List<Service> services() {
        return services;
    }

    GroupPlan plan() {
        Set<String> essential = services.stream()
                .filter(service -> service.draft().essential)
                .map(Service::name)
                .collect(Collectors.toSet());
        return new GroupPlan(order, rules(), essential);
    }

    private GroupPlan.Strategy rules() {
        return switch (strategy) {
            case ONE_FOR_ONE -> GroupPlan.Strategy.ONE_FOR_ONE;
            case ONE_FOR_ALL -> GroupPlan.Strategy.ONE_FOR_ALL;
            case REST_FOR_ONE -> GroupPlan.Strategy.REST_FOR_ONE;
        };
    }

    /** The names. */
    @Override
    public String toString() {
        return String.join(", ", order.names());
    }
}
