package dev.leash;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks whether a run is ready, and later whether it is well. For the thread that acts on the service. */
final class ServiceChecks {
    private final Supervisor supervisor;
    private final LoopScope scope;

    private @Nullable ProbeLoop probing;
    private @Nullable Timer uptime;

    ServiceChecks(Supervisor supervisor, LoopScope scope) {
        this.supervisor = supervisor;
        this.scope = scope;
    }

    /**
     * Looks for what can be seen from outside. What the run says of itself is not looked for here.
     *
     * @param ready called on the thread that acts, later
     * @param notYet gets the answers that say no
     */
    void untilReady(Readiness readiness, Runnable ready, Consumer<String> notYet) {
        switch (readiness) {
            case Readiness.AfterUptime after -> {
                if (after.nanos() == 0) {
                    scope.execute(ready);
                } else {
                    uptime = scope.scheduleAfter(after.nanos(), ready);
                }
            }
            case Readiness.Line line -> {}
            case Readiness.Notification notification -> {}
            case Readiness.Probed probed -> {
                ProbeLoop loop = new ProbeLoop(supervisor, scope, probed.probe(), ProbeLoop.UNTIL_READY_NANOS, true);
                probing = loop;
                loop.begin(0, (healthy, answer) -> {
                    if (healthy) {
                        loop.end();
                        ready.run();
                    } else {
                        notYet.accept(answer);
                    }
                });
            }
        }
    }

    void health(Probe probe, ProbeLoop.Listener listener) {
        ProbeLoop loop = new ProbeLoop(supervisor, scope, probe, ProbeLoop.HEALTH_NANOS, false);
        probing = loop;
        loop.begin(loop.intervalNanos(), listener);
    }

    void end() {
        ProbeLoop known = probing;
        probing = null;
        if (known != null) {
            known.end();
        }
        Timer waiting = uptime;
        uptime = null;
        if (waiting != null) {
            scope.cancel(waiting);
        }
    }
}
