package dev.leash;

import dev.leash.internal.io.ChunkConsumer;
import dev.leash.internal.logfile.OpenLog;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.service.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One start of a service, which may wait and so is not made on the thread that acts, and what its run has: a log, what it says. */
final class ServiceStart {
    private final Supervisor supervisor;
    private final LoopScope scope;
    private final Service service;
    private final ServiceRecord record;
    private final Listener listener;

    private volatile boolean isVain;
    private volatile boolean reopenAsked;

    /** From before the start until the run has ended; null if it has none. */
    private volatile @Nullable OpenLog log;

    /** Gets what becomes of it, on the thread that acts; of another start, too, when that one has begun. */
    interface Listener {
        void started(Child started, @Nullable Notifications told);

        void notStarted(Event why);

        void ended(Child ended, @Nullable Result result, @Nullable Throwable thrown);

        /** A line, or a message, says that the service is ready. */
        void saidReady(ServiceStart by);

        void said(ServiceStart by, Event event);
    }

    ServiceStart(Supervisor supervisor, LoopScope scope, Service service, ServiceRecord record, Listener listener) {
        this.supervisor = supervisor;
        this.scope = scope;
        this.service = service;
        this.record = record;
        this.listener = listener;
    }

    void begin() {
        supervisor.services().starts().execute(scope, this::start);
    }

    /** From any thread: a start that waits, for the other end of a FIFO for example, waits no more. */
    void isVain() {
        isVain = true;
    }

    /** From any thread. */
    void reopenLog() throws IOException {
        reopenAsked = true; // read by a start that is just opening it
        OpenLog known = log;
        if (known != null) {
            known.reopen();
        }
    }

    /** The run has ended: whoever wants the log opened anew is too late. */
    void over() {
        log = null;
    }

    private void start() {
        Event trouble = null;
        try {
            startAndFollow();
        } catch (RejectedExecutionException e) {
            scope.execute(() -> listener.notStarted(new Event.Closed()));
            trouble = new Event.NotStarted("the supervisor is closed");
        } catch (IOException e) { // also a SpawnException
            trouble = new Event.NotStarted(String.valueOf(e.getMessage()));
        } catch (Throwable thrown) {
            trouble = new Event.NotStarted(thrown.toString());
        }
        if (trouble != null) {
            Event why = trouble;
            scope.execute(() -> listener.notStarted(why)); // last: the next start may follow at once
        }
    }

    private void startAndFollow() throws IOException {
        OpenLog opened = null;
        Notifications told = null;
        Child started = null;
        boolean followed = false;
        try {
            LogFile file = service.draft().log;
            opened = file == null ? null : file.open();
            log = opened;
            if (opened != null && reopenAsked) {
                opened.reopen();
            }
            told = Notifications.open(scope, service, record, new Speaker());
            Command command = command(opened);
            started = supervisor.startBy(() -> isVain, told == null ? command : told.connect(command));
            follow(started, opened, told);
            followed = true;
        } finally {
            if (!followed && opened != null) {
                log = null;
                opened.close();
            }
            if (started == null && told != null) {
                told.close();
            }
        }
    }

    private void follow(Child started, @Nullable OpenLog opened, @Nullable Notifications told) {
        boolean followed = false;
        try {
            scope.execute(() -> listener.started(started, told));
            CompletableFuture<Result> ignored = started.result().whenComplete((result, thrown) -> {
                if (opened != null) {
                    Thread closer = Thread.ofVirtual().unstarted(opened::close);
                    closer.start();
                }
                scope.execute(() -> listener.ended(started, result, thrown));
            });
            followed = true;
        } finally {
            if (!followed) {
                started.kill();
            }
        }
    }

    private Command command(@Nullable OpenLog opened) {
        List<Supplier<ChunkConsumer>> more = new ArrayList<>();
        if (opened != null) {
            more.add(opened::sink);
        }
        if (service.draft().readiness instanceof Readiness.Line line) {
            more.add(() ->
                    ServiceOutput.lineFinder(line.pattern(), () -> scope.execute(() -> listener.saidReady(this))));
        }
        return ServiceOutput.connect(service.command(), record.recent(), more);
    }

    /** What the processes of the run say. */
    private final class Speaker implements Notifications.Listener {
        @Override
        public void ready() {
            if (service.draft().readiness instanceof Readiness.Notification) {
                listener.saidReady(ServiceStart.this);
            }
        }

        @Override
        public void dead(String why) {
            listener.said(ServiceStart.this, new Event.Dead(why));
        }

        @Override
        public void moreTime(long nanos) {
            listener.said(ServiceStart.this, new Event.MoreTime(nanos));
        }
    }
}
