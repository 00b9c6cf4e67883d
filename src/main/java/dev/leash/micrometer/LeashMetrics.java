package dev.leash.micrometer;

import dev.leash.Supervisor;
import dev.leash.SupervisorStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The {@link Supervisor#stats()} of one supervisor as meters.
 *
 * {@snippet :
 * new LeashMetrics(supervisor, Tags.of("supervisor", "builds")).bindTo(registry);
 * }
 *
 * <table>
 * <caption>The meters</caption>
 * <tr><th>{@code leash.runs.live}</th><td>gauge: runs that have not ended</td></tr>
 * <tr><th>{@code leash.runs.started}</th><td>counter</td></tr>
 * <tr><th>{@code leash.starts.failed}</th><td>counter</td></tr>
 * <tr><th>{@code leash.runs.timedout}</th><td>counter</td></tr>
 * <tr><th>{@code leash.services.live}</th><td>gauge: services that run, or will</td></tr>
 * <tr><th>{@code leash.services.restarted}</th><td>counter</td></tr>
 * <tr><th>{@code leash.services.failed}</th><td>counter: those that were given up</td></tr>
 * <tr><th>{@code leash.output}, {@code leash.input}</th><td>counters of bytes that have passed through Leash</td></tr>
 * <tr><th>{@code leash.loop.lag}</th><td>timer: count and total of {@link SupervisorStats#loopLag()}</td></tr>
 * <tr><th>{@code leash.loop.lag.quantile}</th><td>gauges with the tag {@code phi}: 0.5, 0.99 and 1, since the
 *     supervisor was made</td></tr>
 * </table>
 *
 * <p>As usual with Micrometer, the registry holds only a weak reference: keep the supervisor reachable. Immutable.
 */
public final class LeashMetrics implements MeterBinder {
    private static final double[] QUANTILES = {0.5, 0.99, 1};

    private final Supervisor supervisor;
    private final Tags tags;

    /**
     * For one supervisor.
     *
     * @param tags the tags of every meter, to distinguish this supervisor from others in the same registry
     */
    public LeashMetrics(Supervisor supervisor, Iterable<Tag> tags) {
        this.supervisor = Objects.requireNonNull(supervisor, "supervisor");
        this.tags = Tags.of(tags);
    }

    /** For the only supervisor of a registry. */
    public LeashMetrics(Supervisor supervisor) {
        this(supervisor, Tags.empty());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("leash.runs.live", supervisor, stat(SupervisorStats::live))
                .description("Runs that have not ended")
                .tags(tags)
                .register(registry);
        count(registry, "leash.runs.started", "Runs that were started", SupervisorStats::started);
        count(registry, "leash.starts.failed", "Runs that could not be started", SupervisorStats::failedStarts);
        count(registry, "leash.runs.timedout", "Runs that were ended by their timeout", SupervisorStats::timedOut);
        Gauge.builder("leash.services.live", supervisor, stat(SupervisorStats::services))
                .description("Services that run, or will")
                .tags(tags)
                .register(registry);
        count(registry, "leash.services.restarted", "Restarts of services", SupervisorStats::serviceRestarts);
        count(registry, "leash.services.failed", "Services that were given up", SupervisorStats::failedServices);
        bytes(registry, "leash.output", "Output of children that has passed through", SupervisorStats::bytesRead);
        bytes(registry, "leash.input", "Input of children that has passed through", SupervisorStats::bytesWritten);
        FunctionTimer.builder(
                        "leash.loop.lag",
                        supervisor,
                        it -> it.stats().loopLag().count(),
                        it -> it.stats().loopLag().total().toNanos(),
                        TimeUnit.NANOSECONDS)
                .description("How long turns of the event loop take")
                .tags(tags)
                .register(registry);
        for (double phi : QUANTILES) {
            TimeGauge.builder("leash.loop.lag.quantile", supervisor, TimeUnit.NANOSECONDS, it -> lag(it, phi)
                            .toNanos())
                    .description("What this fraction of the turns of the event loop did not exceed")
                    .tags(tags.and("phi", Double.toString(phi)))
                    .register(registry);
        }
    }

    private static Duration lag(Supervisor supervisor, double phi) {
        return supervisor.stats().loopLag().quantile(phi);
    }

    private void count(MeterRegistry registry, String name, String description, Function<SupervisorStats, Long> value) {
        FunctionCounter.builder(name, supervisor, stat(value))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void bytes(MeterRegistry registry, String name, String description, Function<SupervisorStats, Long> value) {
        FunctionCounter.builder(name, supervisor, stat(value))
                .description(description)
                .baseUnit("bytes")
                .tags(tags)
                .register(registry);
    }

    private static ToDoubleFunction<Supervisor> stat(Function<SupervisorStats, Long> value) {
        return supervisor -> value.apply(supervisor.stats());
    }
}
