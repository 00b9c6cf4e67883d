package dev.leash.cli.up;

import dev.leash.RunFailedException;
import dev.leash.ServiceEvent;
import dev.leash.ServiceFailedException;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.SpawnException;
import dev.leash.cli.control.ControlRequest;
import dev.leash.cli.control.ControlTarget;
import dev.leash.cli.control.RefusedException;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.Similar;
import dev.leash.internal.sys.Clock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Does what {@code leash ps} and its like ask for. For any thread. */
final class UpControl implements ControlTarget {
    private static final int SOME_SERVICE_FAILED = 1;
    private static final int LAST_LINES = 10;

    /** In bytes. */
    private static final int LONGEST_LAST_LINE = 200;

    private static final long FOREVER = Long.MAX_VALUE;

    private final UpRun run;
    private final Map<ServiceHandle, ReentrantLock> reloads = new ConcurrentHashMap<>();
    private final LogFeed logs;
    private final Feed<ServiceEvent> events;

    UpControl(UpRun run, LogFeed logs, Feed<ServiceEvent> events) {
        this.run = run;
        this.logs = logs;
        this.events = events;
    }

    @Override
    public int handle(ControlRequest request, Reply reply) throws RefusedException, IOException, InterruptedException {
        List<ServiceHandle> chosen = chosen(request);
        long deadline = deadline(request);
        switch (request.command()) {
            case "ps" -> ps(chosen, reply);
            case "start" -> {
                run.startByHand(chosen);
                awaitReady(chosen, request, deadline, reply);
            }
            case "stop" -> stop(chosen, request, deadline, reply);
            case "restart" -> restart(chosen, request, deadline, reply);
            case "wait" -> awaitReady(chosen, request, deadline, reply);
            case "reload" -> reload(chosen, request, reply);
            case "logs" -> logs(chosen, request, reply);
            case "events" -> events(request, reply);
            default -> throw refused(ExitCodes.FAILED, "this leash up does not know '" + request.command() + "'");
        }
        return 0;
    }

    private static RefusedException refused(int status, String why) {
        return new RefusedException(status, List.of(why));
    }

    /** Those that are named, by themselves or with all their replicas; all if none is. */
    private List<ServiceHandle> chosen(ControlRequest request) throws RefusedException {
        List<ServiceHandle> all = run.services();
        if (request.names().isEmpty()) {
            return all;
        }
        Set<ServiceHandle> chosen = new HashSet<>();
        for (String name : request.names()) {
            List<ServiceHandle> named =
                    all.stream().filter(each -> isNamed(each.name(), name)).toList();
            if (named.isEmpty()) {
                List<String> names = all.stream().map(ServiceHandle::name).toList();
                String hint = Similar.hint(name, names);
                throw refused(
                        ExitCodes.FAILED,
                        "there is no service '" + name + "'"
                                + (hint.isEmpty() ? " (there are: " + String.join(", ", names) + ")" : hint));
            }
            chosen.addAll(named);
        }
        return all.stream().filter(chosen::contains).toList();
    }

    /** Whether it is that one, or a replica of that one. */
    static boolean isNamed(String service, String name) {
        return service.equals(name)
                || (service.startsWith(name + ".")
                        && service.substring(name.length() + 1).matches("[1-9][0-9]*"));
    }

    /** Whether a service of this name is meant, also one that a reload adds later. */
    private static Predicate<String> named(ControlRequest request) {
        List<String> names = request.names();
        return service -> names.isEmpty() || names.stream().anyMatch(name -> isNamed(service, name));
    }

    // ---- What there is.

    private static void ps(List<ServiceHandle> services, Reply reply) throws IOException {
        ServiceUse.Look look = new ServiceUse.Look();
        for (ServiceHandle service : services) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            ServiceState state = service.state();
            row.put("name", service.name());
            row.put("state", name(state));
            row.put("why", why(state, service));
            service.pid().ifPresent(pid -> {
                row.put("pid", pid);
                row.put("uptime_seconds", look.uptime(pid));
            });
            row.put("restarts", (long) service.restarts());
            service.pid().ifPresent(pid -> {
                ServiceUse use = look.of(pid);
                row.put("processes", (long) use.processes());
                row.put("cpu_seconds", use.seconds());
                row.put("memory_bytes", use.bytes());
            });
            if (state instanceof ServiceState.Ready ready) {
                row.put("ready_since", ready.since().toString());
            }
            if (state instanceof ServiceState.BackingOff waiting) {
                row.put("restarts_at", waiting.until().toString());
            }
            reply.send(row);
        }
    }

    /** One word, for a column and for scripts. */
    static String name(ServiceState state) {
        return switch (state) {
            case ServiceState.Waiting waiting -> "waiting";
            case ServiceState.Starting starting -> "starting";
            case ServiceState.Ready ready -> "ready";
            case ServiceState.Unready unready -> "unready";
            case ServiceState.BackingOff waiting -> "backing-off";
            case ServiceState.Stopping stopping -> "stopping";
            case ServiceState.Stopped stopped -> stopped.succeeded() ? "succeeded" : "stopped";
            case ServiceState.Failed failed -> "failed";
        };
    }

    private static String why(ServiceState state, ServiceHandle service) {
        return switch (state) {
            case ServiceState.Waiting waiting -> "for " + waiting.forWhat();
            case ServiceState.Unready unready -> unready.why();
            case ServiceState.BackingOff waiting -> waiting.why();
            case ServiceState.Stopping stopping -> stopping.why();
            case ServiceState.Stopped stopped -> stopped.why();
            case ServiceState.Failed failed -> failed.why();
            case ServiceState.Starting starting ->
                service.notReadyBecause().or(service::status).orElse("");
            case ServiceState.Ready ready -> service.status().orElse("");
        };
    }

    // ---- What is to become of it.

    private void awaitReady(List<ServiceHandle> services, ControlRequest request, long deadline, Reply reply)
            throws RefusedException, IOException, InterruptedException {
        if (!request.waits()) {
            return;
        }
        List<String> failures = new ArrayList<>();
        for (ServiceHandle service : services) {
            try {
                service.awaitReady(Duration.ofNanos(left(deadline)));
                reply.send(Map.of("text", service.name() + ": ready"));
            } catch (ServiceFailedException e) {
                if (e.state() instanceof ServiceState.Stopped stopped && stopped.succeeded()) {
                    reply.send(Map.of("text", service.name() + ": succeeded"));
                } else {
                    failures.add(service.name() + ": " + e.state());
                    failures.addAll(lastWords(service.name()));
                }
            } catch (TimeoutException e) {
                throw refused(
                        ExitCodes.TIMED_OUT,
                        service.name() + " is not ready in time: it is " + service.state()
                                + service.notReadyBecause()
                                        .map(why -> ": " + why)
                                        .orElse(""));
            }
        }
        if (!failures.isEmpty()) {
            throw new RefusedException(SOME_SERVICE_FAILED, failures);
        }
    }

    private List<String> lastWords(String service) {
        return logs.last(service::equals, LAST_LINES).stream()
                .map(line -> {
                    byte[] start = Arrays.copyOf(line.bytes(), Math.min(line.bytes().length, LONGEST_LAST_LINE));
                    return service + " | " + RawText.text(RawText.of(start));
                })
                .toList();
    }

    private static long deadline(ControlRequest request) {
        return request.timeoutNanos() == 0 ? FOREVER : Clock.monotonicNanos() + request.timeoutNanos();
    }

    private static long left(long deadline) {
        return deadline == FOREVER ? FOREVER : Math.max(0, deadline - Clock.monotonicNanos());
    }

    private void stop(List<ServiceHandle> services, ControlRequest request, long deadline, Reply reply)
            throws RefusedException, IOException, InterruptedException {
        if (request.all()) {
            run.stop();
        } else {
            run.stopByHand(services);
        }
        if (!request.waits()) {
            return;
        }
        for (ServiceHandle service : services.reversed()) {
            try {
                ServiceState state = service.end().get(left(deadline), TimeUnit.NANOSECONDS);
                reply.send(Map.of("text", service.name() + ": " + state));
            } catch (TimeoutException e) {
                throw refused(ExitCodes.TIMED_OUT, service.name() + " is not down in time: it is " + service.state());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause()); // nothing completes it so
            }
        }
    }

    private void restart(List<ServiceHandle> services, ControlRequest request, long deadline, Reply reply)
            throws RefusedException, IOException, InterruptedException {
        List<List<ServiceHandle>> steps =
                request.rolling() ? services.stream().map(List::of).toList() : List.of(services);
        for (List<ServiceHandle> step : steps) {
            run.restartByHand(step);
            awaitReady(step, request, deadline, reply);
        }
    }

    private void reload(List<ServiceHandle> services, ControlRequest request, Reply reply)
            throws RefusedException, IOException, InterruptedException {
        if (request.names().isEmpty()) {
            for (String change : run.reload()) {
                reply.send(Map.of("text", change));
            }
            return;
        }
        List<String> failures = new ArrayList<>();
        for (ServiceHandle service : services) {
            try {
                reloadAlone(service);
                reply.send(Map.of("text", service.name() + ": reloaded"));
            } catch (IllegalStateException | RunFailedException | SpawnException e) {
                failures.add(service.name() + ": " + e.getMessage());
            }
        }
        if (!failures.isEmpty()) {
            throw new RefusedException(SOME_SERVICE_FAILED, failures);
        }
    }

    /** One after the other: its command writes to the one output that it has. */
    private void reloadAlone(ServiceHandle service) throws SpawnException, RunFailedException, InterruptedException {
        ReentrantLock alone = reloads.computeIfAbsent(service, key -> new ReentrantLock());
        alone.lockInterruptibly();
        try {
            service.reload();
        } finally {
            alone.unlock();
        }
    }

    // ---- What it says.

    private void logs(List<ServiceHandle> services, ControlRequest request, Reply reply)
            throws IOException, InterruptedException {
        boolean prefixed = services.size() > 1 || request.names().isEmpty();
        LogFeed.View view = logs.follow(named(request), request.lines());
        try (Feed<LogFeed.Line>.Follower future = view.future()) {
            for (LogFeed.Line line : view.past()) {
                send(line, prefixed, reply);
            }
            if (!request.follow()) {
                return;
            }
            for (Feed.Entry<LogFeed.Line> next = future.next(); next != null; next = future.next()) {
                if (next.dropped() > 0) {
                    reply.send(Map.of(
                            "prefix", "leash: ", "line", next.dropped() + " lines came too fast and are left out"));
                }
                LogFeed.Line line = next.item();
                if (line != null) {
                    send(line, prefixed, reply);
                }
            }
        }
    }

    private static void send(LogFeed.Line line, boolean prefixed, Reply reply) throws IOException {
        reply.send(Map.of("prefix", prefixed ? line.service() + " | " : "", "line", RawText.of(line.bytes())));
    }

    private void events(ControlRequest request, Reply reply) throws IOException, InterruptedException {
        Predicate<String> wanted = named(request);
        try (Feed<ServiceEvent>.Follower future = events.follow(event -> wanted.test(event.service()))) {
            for (Feed.Entry<ServiceEvent> next = future.next(); next != null; next = future.next()) {
                ServiceEvent event = next.item();
                if (event == null || next.dropped() > 0) {
                    reply.send(Map.of(
                            "time",
                            Instant.now().toString(),
                            "service",
                            "leash",
                            "dropped",
                            next.dropped(),
                            "state",
                            next.dropped() + " changes came too fast and are left out"));
                }
                if (event == null) {
                    continue;
                }
                Map<String, @Nullable Object> line = new LinkedHashMap<>();
                line.put("time", event.time().toString());
                line.put("service", event.service());
                line.put("number", event.number());
                line.put("from", name(event.from()));
                line.put("to", name(event.to()));
                line.put("state", event.to().toString());
                if (event.to() instanceof ServiceState.BackingOff waiting) {
                    line.put("restarts_at", waiting.until().toString());
                }
                reply.send(line);
            }
        }
    }
}
