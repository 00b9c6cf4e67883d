package dev.leash.micrometer;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The meters say what the supervisor says. */
@Timeout(60)
class LeashMetricsTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @Test
    void metersFollowTheSupervisor() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Supervisor supervisor = Supervisor.create();
                Supervisor other = Supervisor.create()) {
            new LeashMetrics(supervisor, Tags.of("supervisor", "one")).bindTo(registry);
            new LeashMetrics(other, Tags.of("supervisor", "other")).bindTo(registry);
            supervisor.run(Command.of("cat").stdin(Stdin.text("12345")));
            supervisor.run(Command.of("sleep", "60").timeout(Duration.ofMillis(20)));
            assertThrows(SpawnException.class, () -> supervisor.start(Command.of("no-such-program")));
            Child running = supervisor.start(Command.of("sleep", "60"));
            eventually("one runs", () -> live(registry, "one") == 1);
            assertEquals(3, counter(registry, "leash.runs.started"));
            assertEquals(1, counter(registry, "leash.starts.failed"));
            assertEquals(1, counter(registry, "leash.runs.timedout"));
            assertEquals(5, counter(registry, "leash.output"));
            assertEquals(5, counter(registry, "leash.input"));
            assertEquals(0, live(registry, "other"));
            var lag = registry.get("leash.loop.lag").tag("supervisor", "one").functionTimer();
            assertTrue(lag.count() > 0);
            assertTrue(lag.totalTime(TimeUnit.NANOSECONDS) > 0);
            double longest = registry.get("leash.loop.lag.quantile")
                    .tags("supervisor", "one", "phi", "1.0")
                    .timeGauge()
                    .value(TimeUnit.NANOSECONDS);
            assertTrue(longest > 0);
            running.kill();
            running.await();
            eventually("none runs", () -> live(registry, "one") == 0);
        }
    }

    private static double live(SimpleMeterRegistry registry, String supervisor) {
        return registry.get("leash.runs.live")
                .tag("supervisor", supervisor)
                .gauge()
                .value();
    }

    private static double counter(SimpleMeterRegistry registry, String name) {
        return registry.get(name).tag("supervisor", "one").functionCounter().count();
    }
}
