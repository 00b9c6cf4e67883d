package dev.leash.cli.up;

import dev.leash.Service;
import dev.leash.ServiceEvent;
import dev.leash.ServiceGroup;
import dev.leash.ServiceGroupHandle;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.Supervisor;
import dev.leash.cli.control.RefusedException;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.access.CommandAccess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The services that {@code leash up} runs, and what becomes of them by hand. For any thread. */
final class UpRun {
    /** Reads the file once more. */
    interface Reader {
        UpPlan read() throws IOException, BadFileException, UsageException;
    }

    /** What is said of the end is a few lines, which need a reader all the same. */
    private static final long LAST_WORDS_SECONDS = 10;

    private final CommandAccess access = CommandAccess.get();
    private final Supervisor supervisor;
    private final UpScreen screen;
    private final UpMembers members;
    private final Reader reader;
    private final Consumer<ServiceEvent> events;
    private final ServiceGroupHandle group;
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> said = new ConcurrentLinkedQueue<>();

    /** One after the other: a file that is read while another reload goes on would be the older one in the end. */
    private final ReentrantLock reloading = new ReentrantLock();

    private volatile UpPlan plan;

    /** For who is {@link #reloading}. */
    private ServiceGroup services;

    private volatile boolean stopping;
    private final CompletableFuture<Void> killed = new CompletableFuture<>();

    /** Those that were stopped by hand: who did that may start them again, so that their end is not the end of all. */
    private final Set<String> stoppedByHand = ConcurrentHashMap.newKeySet();

    /** Has an entry after each change after which all may be over. */
    private final BlockingQueue<Boolean> changes = new LinkedBlockingQueue<>();

    UpRun(
            Supervisor supervisor,
            UpScreen screen,
            UpMembers members,
            UpPlan plan,
            Reader reader,
            Consumer<ServiceEvent> events)
            throws UsageException {
        this.supervisor = supervisor;
        this.screen = screen;
        this.members = members;
        this.reader = reader;
        this.events = events;
        this.plan = plan;
        this.services = members.of(plan);
        this.group = access.group(supervisor, services);
        services().forEach(this::follow);
    }

    private void follow(ServiceHandle service) {
        // Apart from each other: a terminal may stand still.
        said.add(UpEvents.of(service, event -> UpEvents.say(event, screen)));
        said.add(UpEvents.of(service, events));
    }

    List<ServiceHandle> services() {
        return group.services();
    }

    void start() {
        group.start();
        if (stopping) { // told before it was started
            group.stop();
        }
    }

    /** Waits until all is over. Whether a service has failed. */
    boolean run() throws InterruptedException, ExecutionException {
        boolean failed;
        try {
            do {
                group.end().get();
            } while (isHeldByHand() && changes.take());
            failed = services().stream().anyMatch(service -> service.state() instanceof ServiceState.Failed);
            // Whoever reads the output may have stopped to. A second signal, which this supervisor gets, is for that,
            // too.
            Object ignored = CompletableFuture.anyOf(screen.idle(), killed).get();
        } finally {
            supervisor.close();
        }
        try {
            Object ignored = CompletableFuture.allOf(said.toArray(new CompletableFuture<?>[0]))
                    .get(killed.isDone() ? 0 : LAST_WORDS_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // Nobody reads them.
        }
        return failed;
    }

    private boolean isHeldByHand() {
        if (stopping || stoppedByHand.isEmpty()) {
            return false;
        }
        Set<String> essential = plan.members(null).stream()
                .filter(member -> member.service().essential() && !stoppedByHand.contains(member.name()))
                .map(UpPlan.Member::name)
                .collect(Collectors.toSet());
        // A reload may just be taking some away.
        return services().stream()
                .noneMatch(service ->
                        essential.contains(service.name()) && service.state().isOver());
    }

    // ---- By signals.

    void stop() {
        stopping = true;
        group.stop();
        changes.add(true);
    }

    void kill() {
        stopping = true;
        killed.complete(null);
        group.kill();
        changes.add(true);
    }

    void signal(int signal) {
        services().forEach(service -> access.signal(service, signal));
    }

    // ---- By hand.

    void startByHand(List<ServiceHandle> services) throws RefusedException {
        decide(group::start, services);
        services.forEach(service -> stoppedByHand.remove(service.name()));
        changes.add(true);
    }

    void restartByHand(List<ServiceHandle> services) throws RefusedException {
        decide(group::restart, services);
        services.forEach(service -> stoppedByHand.remove(service.name()));
        changes.add(true);
    }

    void stopByHand(List<ServiceHandle> services) throws RefusedException {
        List<String> names = services.stream().map(ServiceHandle::name).toList();
        stoppedByHand.addAll(names);
        decide(group::stop, services);
    }

    private static void decide(Consumer<List<ServiceHandle>> decision, List<ServiceHandle> services)
            throws RefusedException {
        try {
            decision.accept(services);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    ExitCodes.FAILED, List.of("another reload has just removed one of these: " + e.getMessage()));
        }
    }

    /** Has the services be those of the file as it is now. What has changed, in lines. */
    List<String> reload() throws RefusedException, InterruptedException {
        reloading.lockInterruptibly();
        try {
            UpPlan read = reader.read();
            ServiceGroup now = members.of(read);
            ServiceGroup before = services;
            access.update(group, now, this::follow);
            services = now;
            plan = read;
            Set<String> names = byName(now).keySet();
            members.keep(names);
            stoppedByHand.retainAll(names);
            changes.add(true);
            return changes(before, now);
        } catch (BadFileException e) {
            throw new RefusedException(ExitCodes.FAILED, e.lines());
        } catch (UsageException | IOException | RejectedExecutionException e) {
            throw new RefusedException(ExitCodes.FAILED, List.of(RawText.text(String.valueOf(e.getMessage()))));
        } finally {
            reloading.unlock();
        }
    }

    private static List<String> changes(ServiceGroup before, ServiceGroup now) {
        Map<String, Service> old = byName(before);
        Map<String, Service> fresh = byName(now);
        List<String> changes = new ArrayList<>();
        old.keySet().stream().filter(name -> !fresh.containsKey(name)).forEach(name -> changes.add(name + ": removed"));
        fresh.forEach((name, service) -> {
            Service known = old.get(name);
            if (known == null) {
                changes.add(name + ": new");
            } else if (!known.equals(service)) {
                changes.add(name + ": changed");
            }
        });
        return changes.isEmpty() ? List.of("nothing has changed") : changes;
    }

    private static Map<String, Service> byName(ServiceGroup group) {
        Map<String, Service> services = new LinkedHashMap<>();
        group.services().forEach(service -> services.put(service.name(), service));
        return services;
    }
}
