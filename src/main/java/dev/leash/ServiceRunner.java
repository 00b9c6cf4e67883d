package dev.leash;

import dev.leash.internal.events.Log;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.service.Effects;
import dev.leash.internal.service.Event;
import dev.leash.internal.service.Event.Timing;
import dev.leash.internal.service.Phase;
import dev.leash.internal.service.ServiceTable;
import dev.leash.internal.sys.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one service: does what its table decides, and tells the table what happens. The table is used on the loop's thread
 * only. What may block, a start and a check, is done on other threads, which report to the loop; what they report of a
 * run that is over is dropped.
 */
final class ServiceRunner implements Effects, ServiceStart.Listener {
    private final Supervisor supervisor;
    private final ServiceRecord record;
    private final LoopScope scope;
    private final ServiceTable table;
    private final ServiceTimers timers;
    private final ServiceChecks checks;

    /** That of the run; of the next one, if it has none. Set by the thread that acts, read by all. */
    private volatile Service service;

    // For the thread that acts.
    /** By which it runs from the next start on; null if that is the same. */
    private @Nullable Service next;

    private boolean isReady;
    private @Nullable Child child;
    private final List<Consumer<Child>> whenStarted = new ArrayList<>();
    private @Nullable Notifications notifications;
    private @Nullable StopRequest stopRequest;

    /** Tells the table of the end of a run whose stop command goes on. */
    private @Nullable Runnable untoldEnd;

    private boolean killing;

    /** Its last start, or the one that is going on. Set by the thread that acts, read by all. */
    private volatile @Nullable ServiceStart latest;

    ServiceRunner(Supervisor supervisor, Service service, ServiceRecord record) {
        this.supervisor = supervisor;
        this.service = service;
        this.record = record;
        this.scope = new LoopScope(supervisor.engine().loop(), null, this::broke);
        this.timers = new ServiceTimers(scope, timing -> handle(new Event.Due(timing)));
        this.checks = new ServiceChecks(supervisor, scope);
        this.table = new ServiceTable(
                rules(service), this, () -> ThreadLocalRandom.current().nextDouble());
    }

    private static ServiceTable.Rules rules(Service service) {
        Service.Draft draft = service.draft();
        int failures = service.liveness().map(Probe::failures).orElse(1);
        return new ServiceTable.Rules(draft.restart.rules(), draft.startNanos, failures);
    }

    // ---- For any thread.

    Service service() {
        return service;
    }

    /** Tells the table. Does not wait. */
    void tell(Event event) {
        scope.execute(() -> handle(event));
    }

    /** Tells the table and returns when it has decided; on the loop's thread, too. */
    void handleNow(Event event) {
        LoopTurn.now(scope, () -> handle(event));
    }

    void reopenLog() throws IOException {
        ServiceStart begun = latest;
        if (begun != null) {
            begun.reopenLog();
        }
    }

    /** Stops it, and kills its run. */
    void kill(String why) {
        LoopTurn.now(scope, () -> {
            killing = true;
            handle(new Event.Stop(why));
            Child running = child;
            if (running != null) {
                running.kill();
            }
            StopRequest asked = stopRequest;
            if (asked != null) {
                asked.kill();
            }
        });
    }

    /** Does this to its run; as soon as there is one, if it is just being started. Its program may already run by then. */
    void toChild(Consumer<Child> action) {
        scope.execute(() -> {
            Child running = child;
            if (running != null) {
                action.accept(running);
            } else if (table.phase() == Phase.STARTING) {
                whenStarted.add(action);
            }
        });
    }

    // ---- For the thread that acts.

    /** Its end is not asked for in any other way. */
    void killing() {
        killing = true;
    }

    private void handle(Event event) {
        table.handle(event, Clock.monotonicNanos());
        if (event instanceof Event.Closed) {
            tellEnd(); // the stop command is killed, too, or was not started
        }
    }

    /** @param held whether it waits to be told before each restart */
    void hold(boolean held) {
        table.hold(held);
    }

    /**
     * It has this description from its next start on, or from now on, if it does not run, or runs in the same way.
     *
     * @return whether its run, or its last one, is of a description that says otherwise
     */
    boolean describe(Service other) {
        boolean differs = !service.runsAs(other);
        next = other;
        if (!differs) {
            service = other;
            next = null;
        } else if (!hasRun()) {
            takeNext();
        }
        return differs;
    }

    private boolean hasRun() {
        return switch (table.phase()) {
            case STARTING, READY, UNREADY, STOPPING -> true;
            case STOPPED, DONE, FAILED, WAITING, BACKING_OFF -> false;
        };
    }

    private void takeNext() {
        Service other = next;
        next = null;
        if (other != null) {
            service = other;
            table.renew(rules(other));
        }
    }

    private void broke(Throwable thrown) {
        Log.error("service " + service.name(), thrown);
    }

    @Override
    public void start() {
        takeNext();
        killing = false;
        isReady = false;
        whenStarted.clear();
        ServiceStart begun = new ServiceStart(supervisor, scope, service, record, this);
        latest = begun;
        begun.begin();
    }

    @Override
    public void notStarted(Event why) {
        handle(why);
    }

    @Override
    public void started(Child started, @Nullable Notifications told) {
        child = started;
        notifications = told;
        record.started(started);
        whenStarted.forEach(action -> action.accept(started));
        whenStarted.clear();
        handle(new Event.Started());
        if (told != null) {
            told.listen(started);
        }
        tellIfReady();
        if (killing) {
            started.kill();
        }
    }

    @Override
    public void ended(Child ended, @Nullable Result result, @Nullable Throwable thrown) {
        if (!ended.equals(child)) {
            return;
        }
        child = null;
        ServiceStart over = latest;
        if (over != null) {
            over.over();
        }
        Notifications told = notifications;
        notifications = null;
        if (told != null) {
            told.close();
        }
        record.ended(result, table.restarts());
        Event.Ended end = end(result, thrown, told);
        untoldEnd = () -> handle(end);
        StopRequest asked = stopRequest;
        if (result != null && result.cause() == Cause.CLOSED) {
            handle(new Event.Closed());
        } else if (asked == null || supervisor.services().isClosed()) {
            tellEnd();
        } else {
            asked.runEnded(this::tellEnd); // before its end it would ask the next run
        }
    }

    private void tellEnd() {
        Runnable untold = untoldEnd;
        untoldEnd = null;
        if (untold != null) {
            stopRequest = null;
            untold.run();
        }
    }

    private Event.Ended end(@Nullable Result result, @Nullable Throwable thrown, @Nullable Notifications told) {
        if (result == null) {
            return new Event.Ended(false, "its end is not known: " + thrown);
        }
        String how = result.failure().map(Throwable::toString).orElse(describe(result));
        boolean success = service.draft().restart.isSuccess(result);
        return new Event.Ended(success, success || told == null ? how : how + told.reason());
    }

    private static String describe(Result result) {
        return result.cause() == Cause.EXITED ? result.status().toString() : result.cause() + ", " + result.status();
    }

    @Override
    public void stop() {
        Child running = child;
        if (running == null) {
            return;
        }
        Command command = service.draft().stopCommand;
        if (command == null || stopRequest != null || killing) {
            running.stop();
        } else {
            stopRequest = new StopRequest(supervisor, scope, service, command, running);
        }
    }

    @Override
    public void watchReadiness() {
        ServiceStart of = latest;
        checks.untilReady(service.draft().readiness, () -> ready(of), answer -> {
            record.answered(answer);
            handle(new Event.NotReady(answer));
        });
    }

    @Override
    public void saidReady(ServiceStart by) {
        ready(by);
    }

    @Override
    public void said(ServiceStart by, Event event) {
        if (isLatest(by)) {
            handle(event);
        }
    }

    private boolean isLatest(@Nullable ServiceStart start) {
        return Objects.equals(start, latest);
    }

    /** Found by what runs beside the run of this start: it may be over, or may not have been told of as started. */
    private void ready(@Nullable ServiceStart by) {
        if (isLatest(by)) {
            isReady = true;
            tellIfReady();
        }
    }

    private void tellIfReady() {
        if (isReady && child != null) {
            handle(new Event.Ready());
        }
    }

    @Override
    public void watchHealth() {
        Notifications told = notifications;
        if (told != null) {
            told.watch();
        }
        service.liveness()
                .ifPresent(
                        probe -> checks.health(probe, (healthy, answer) -> handle(new Event.Checked(healthy, answer))));
    }

    @Override
    public void watchNothing() {
        ServiceStart begun = latest;
        if (begun != null) {
            begun.isVain();
        }
        Notifications told = notifications;
        if (told != null) {
            told.watchNothing();
        }
        checks.end();
    }

    @Override
    public void arm(Timing timing, long dueNanos) {
        timers.arm(timing, dueNanos);
    }

    @Override
    public void disarm(Timing timing) {
        timers.disarm(timing);
    }

    @Override
    public void changed(Phase phase, String why) {
        if (!hasRun()) {
            takeNext();
        }
        long delay = phase == Phase.BACKING_OFF ? table.dueNanos() - Clock.monotonicNanos() : 0;
        record.changed(phase, why, delay, table.isBlocked(), table.restarts());
    }
}
