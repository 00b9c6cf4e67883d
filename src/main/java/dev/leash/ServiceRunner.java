package dev.leash;

import dev.leash.internal.events.Log;
import dev.leash.internal.io.ChunkConsumer;
import dev.leash.internal.logfile.OpenLog;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.Timer;
import dev.leash.internal.service.Effects;
import dev.leash.internal.service.Event;
import dev.leash.internal.service.Event.Timing;
import dev.leash.internal.service.Phase;
import dev.leash.internal.service.ServiceTable;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.sys.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one service: does what its table decides, and tells the table what happens. The table is used on the loop's thread
 * only. What may block, a start and a check, is done on virtual threads, which report to the loop; what they report of a
 * run that is over is dropped.
 */
final class ServiceRunner implements Effects {
    private final Supervisor supervisor;
    private final ServiceRecord record;
    private final LoopScope scope;
    private final ServiceTable table;
    private final Map<Timing, Timer> timers = new EnumMap<>(Timing.class);

    /** That of the run; of the next one, if it has none. Set by the thread that acts, read by all. */
    private volatile Service service;

    // For the thread that acts.
    /** By which it runs from the next start on; null if that is the same. */
    private @Nullable Service next;

    private int runs;
    private boolean isReady;
    private @Nullable Child child;
    private final List<Consumer<Child>> whenStarted = new ArrayList<>();
    private @Nullable Notifications notifications;
    private @Nullable ProbeLoop probing;
    private @Nullable Timer uptime;
    private @Nullable StopRequest stopRequest;

    /** Set on the loop's thread, read by a start that waits. */
    private volatile boolean killing;

    private volatile boolean startIsVain;

    /** That of the run, from before its start on; null if it has none. */
    private volatile @Nullable OpenLog openLog;

    private volatile boolean reopenAsked;

    ServiceRunner(Supervisor supervisor, Service service, ServiceRecord record) {
        this.supervisor = supervisor;
        this.service = service;
        this.record = record;
        this.scope = new LoopScope(supervisor.engine().loop(), null, this::broke);
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
        reopenAsked = true; // read by a start that is just opening it
        OpenLog log = openLog;
        if (log != null) {
            log.reopen();
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
        Service started = service;
        int number = ++runs;
        startIsVain = false;
        killing = false;
        isReady = false;
        whenStarted.clear();
        Thread ignored =
                Thread.ofVirtual().name("leash-start-" + started.name()).start(() -> startHere(started, number));
    }

    private void startHere(Service of, int number) {
        OpenLog log = null;
        Notifications told = null;
        Child started = null;
        boolean followed = false;
        try {
            LogFile file = of.draft().log;
            reopenAsked = false;
            log = file == null ? null : file.open();
            openLog = log;
            if (log != null && reopenAsked) {
                log.reopen();
            }
            told = Notifications.open(scope, of, record, new Speaker(number));
            Command command = command(of, number, log);
            started = supervisor.startBy(new Caller(), told == null ? command : told.connect(command));
            follow(started, log, told);
            followed = true;
        } catch (RejectedExecutionException e) {
            tell(new Event.Closed());
            tell(new Event.NotStarted("the supervisor is closed"));
        } catch (IOException e) { // also a SpawnException
            tell(new Event.NotStarted(String.valueOf(e.getMessage())));
        } catch (Throwable thrown) {
            tell(new Event.NotStarted(thrown.toString()));
        } finally {
            if (!followed && log != null) {
                openLog = null;
                log.close();
            }
            if (started == null && told != null) {
                told.close();
            }
        }
    }

    private void follow(Child started, @Nullable OpenLog log, @Nullable Notifications told) {
        boolean followed = false;
        try {
            scope.execute(() -> started(started, told));
            CompletableFuture<Result> ignored = started.result().whenComplete((result, thrown) -> {
                if (log != null) {
                    Thread closer = Thread.ofVirtual().unstarted(log::close);
                    closer.start();
                }
                scope.execute(() -> ended(started, result, thrown));
            });
            followed = true;
        } finally {
            if (!followed) {
                started.kill();
            }
        }
    }

    /** A start that waits, for the other end of a FIFO for example, ends when the service has to. */
    private final class Caller implements Patience.Caller {
        @Override
        public boolean cancelled() {
            return startIsVain;
        }
    }

    private Command command(Service of, int number, @Nullable OpenLog log) {
        List<Supplier<ChunkConsumer>> more = new ArrayList<>();
        if (log != null) {
            more.add(log::sink);
        }
        if (of.draft().readiness instanceof Readiness.Line line) {
            more.add(() -> ServiceOutput.lineFinder(line.pattern(), () -> scope.execute(() -> ready(number))));
        }
        return ServiceOutput.connect(of.command(), record.recent(), more);
    }

    private void started(Child started, @Nullable Notifications told) {
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

    private void ended(Child ended, @Nullable Result result, @Nullable Throwable thrown) {
        if (!ended.equals(child)) {
            return;
        }
        child = null;
        openLog = null;
        Notifications told = notifications;
        notifications = null;
        if (told != null) {
            told.close();
        }
        cancelStopRequest();
        record.ended(result, table.restarts());
        if (result == null) {
            handle(new Event.Ended(false, "its end is not known: " + thrown));
            return;
        }
        if (result.cause() == Cause.CLOSED) {
            handle(new Event.Closed());
        }
        String how = result.failure().map(Throwable::toString).orElse(describe(result));
        boolean success = service.draft().restart.isSuccess(result);
        handle(new Event.Ended(success, success || told == null ? how : how + told.reason()));
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

    private void cancelStopRequest() {
        StopRequest known = stopRequest;
        stopRequest = null;
        if (known != null) {
            known.cancel();
        }
    }

    @Override
    public void watchReadiness() {
        int number = runs;
        switch (service.draft().readiness) {
            case Readiness.AfterUptime after -> {
                if (after.nanos() == 0) {
                    scope.execute(() -> ready(number));
                } else {
                    uptime = scope.scheduleAfter(after.nanos(), () -> ready(number));
                }
            }
            case Readiness.Line line -> {}
            case Readiness.Notification notification -> {}
            case Readiness.Probed probed -> {
                ProbeLoop loop = new ProbeLoop(supervisor, scope, probed.probe(), ProbeLoop.UNTIL_READY_NANOS);
                probing = loop;
                loop.begin(0, (healthy, answer) -> {
                    if (healthy) {
                        loop.end();
                        ready(number);
                    } else {
                        handle(new Event.NotReady(answer));
                    }
                });
            }
        }
    }

    /** Found by what runs beside the run of this number: it may be over, or may not have been told of as started. */
    private void ready(int number) {
        if (number == runs) {
            isReady = true;
            tellIfReady();
        }
    }

    /** What the processes of the run of this number say. */
    private final class Speaker implements Notifications.Listener {
        private final int number;

        Speaker(int number) {
            this.number = number;
        }

        @Override
        public void ready() {
            if (service.draft().readiness instanceof Readiness.Notification) {
                ServiceRunner.this.ready(number);
            }
        }

        @Override
        public void dead(String why) {
            tellOfRun(new Event.Dead(why));
        }

        @Override
        public void moreTime(long nanos) {
            tellOfRun(new Event.MoreTime(nanos));
        }

        private void tellOfRun(Event event) {
            if (number == runs) {
                handle(event);
            }
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
        service.liveness().ifPresent(probe -> {
            ProbeLoop loop = new ProbeLoop(supervisor, scope, probe, ProbeLoop.HEALTH_NANOS);
            probing = loop;
            loop.begin(loop.intervalNanos(), (healthy, answer) -> handle(new Event.Checked(healthy, answer)));
        });
    }

    @Override
    public void watchNothing() {
        startIsVain = true;
        Notifications told = notifications;
        if (told != null) {
            told.watchNothing();
        }
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

    @Override
    public void arm(Timing timing, long dueNanos) {
        disarm(timing);
        timers.put(timing, scope.schedule(dueNanos, () -> {
            Timer armed = timers.get(timing);
            // What has come in time, and was not read yet, counts: this process may have stood still.
            scope.whenCaughtUp(() -> {
                if (armed != null && timers.remove(timing, armed)) {
                    handle(new Event.Due(timing));
                }
            });
        }));
    }

    @Override
    public void disarm(Timing timing) {
        Timer armed = timers.remove(timing);
        if (armed != null) {
            scope.cancel(armed);
        }
    }

    @Override
    public void changed(Phase phase, String why) {
        long delay = phase == Phase.BACKING_OFF ? table.dueNanos() - Clock.monotonicNanos() : 0;
        record.changed(phase, why, delay, table.restarts());
    }
}
