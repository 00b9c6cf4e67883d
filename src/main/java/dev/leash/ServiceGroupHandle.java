package dev.leash;

import dev.leash.internal.events.Log;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.service.Event;
import dev.leash.internal.service.GroupMember;
import dev.leash.internal.service.GroupPlan;
import dev.leash.internal.service.GroupTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A {@link ServiceGroup} that a {@link Supervisor} runs. Its services can be stopped and started one by one, too, through
 * their own handles. All methods may be called from any thread; what waits must not be called in a handler {@linkplain
 * Output#onLoop on the loop}.
 */
public final class ServiceGroupHandle {
    private static final String RESTART = "it was told to restart";

    private final Supervisor supervisor;
    private final LoopScope scope;
    private final Watched<GroupLook> look = new Watched<>(new GroupLook(false, false, null));
    private volatile List<ServiceHandle> services = List.of();

    /** For the loop's thread, once this has been made. */
    private final GroupTable table = new GroupTable();

    private List<GroupMember> shown = List.of();

    ServiceGroupHandle(Supervisor supervisor, ServiceGroup group) {
        this.supervisor = supervisor;
        this.scope = new LoopScope(supervisor.engine().loop(), null, this::broke);
        describe(group, added -> {});
        tell();
    }

    private final class Member extends GroupMember {
        private final ServiceHandle handle;

        Member(Service service) {
            super(service.name());
            this.handle = new ServiceHandle(supervisor, service, phase -> {
                table.entered(this, phase);
                if (table.isSettled()) {
                    tell();
                }
            });
        }

        @Override
        protected void start() {
            handle.tellNow(new Event.Start());
        }

        @Override
        protected void stop(String why) {
            handle.tellNow(new Event.Stop(why));
        }

        @Override
        protected void cycle(String why) {
            handle.tellNow(new Event.Cycle(why));
        }

        @Override
        protected void hold(String why, boolean blocked) {
            handle.tellNow(new Event.Hold(why, blocked));
        }

        @Override
        protected void left() {
            handle.retire();
        }
    }

    private void describe(ServiceGroup group, Consumer<ServiceHandle> told) {
        Map<String, Service> described = new HashMap<>();
        group.services().forEach(service -> described.put(service.name(), service));
        GroupPlan plan = group.plan();
        boolean held = plan.strategy() != GroupPlan.Strategy.ONE_FOR_ONE;
        table.update(plan, new GroupTable.Renewal() {
            @Override
            public GroupMember added(String name) {
                Member made = new Member(Objects.requireNonNull(described.get(name)));
                made.handle.hold(held);
                told.accept(made.handle);
                return made;
            }

            @Override
            public boolean renewed(GroupMember kept) {
                ServiceHandle handle = ((Member) kept).handle;
                handle.hold(held);
                return handle.describe(Objects.requireNonNull(described.get(kept.name())));
            }
        });
    }

    private static List<ServiceHandle> handles(List<GroupMember> members) {
        return members.stream().map(member -> ((Member) member).handle).toList();
    }

    private void tell() {
        if (!table.members().equals(shown)) {
            shown = table.members();
            services = handles(shown);
        }
        GroupMember obstacle = table.obstacle();
        look.set(new GroupLook(table.isReady(), table.isOver(), obstacle == null ? null : ((Member) obstacle).handle));
        look.tell();
    }

    private void decide(Runnable decision) {
        LoopTurn.now(scope, () -> {
            decision.run();
            tell();
        });
    }

    private void broke(Throwable thrown) {
        Log.error("services " + this, thrown);
    }

    /** In the order of the start, each replica for itself. */
    public List<ServiceHandle> services() {
        return services;
    }

    /**
     * The service of this name; a replica's name has its number.
     *
     * @throws IllegalArgumentException if there is none
     */
    public ServiceHandle service(String name) {
        for (ServiceHandle each : services) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException("no service of this group is named " + name + ": it has "
                + String.join(", ", services.stream().map(ServiceHandle::name).toList()));
    }

    /**
     * Waits until each is ready, or has succeeded.
     *
     * @throws TimeoutException if they are not after so long; they go on
     * @throws ServiceFailedException if one has failed, or is stopped
     * @throws InterruptedException if the waiting thread is interrupted; they go on
     * @throws IllegalArgumentException if {@code patience} is negative
     */
    public void awaitReady(Duration patience) throws InterruptedException, TimeoutException, ServiceFailedException {
        long nanos = Durations.nanos("patience", patience);
        supervisor.refuseOnLoop("awaitReady", this);
        CompletableFuture<GroupLook> future = look.when(now -> now.ready() || now.obstacle() != null);
        try {
            GroupLook last = future.get(nanos, TimeUnit.NANOSECONDS);
            ServiceHandle obstacle = last.obstacle();
            if (!last.ready() && obstacle != null) {
                throw obstacle.failure();
            }
        } catch (TimeoutException e) {
            throw (TimeoutException)
                    new TimeoutException("services are not ready after " + Durations.text(nanos) + ": " + this)
                            .initCause(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause()); // nothing completes it so
        } finally {
            future.cancel(false); // it is kept until it is over
        }
    }

    /** Completed when none runs, nor is going to. To cancel it stops nothing. */
    public CompletableFuture<Void> end() {
        return look.when(GroupLook::over).thenAccept(last -> {});
    }

    /** Starts those that do not run. */
    public void start() {
        decide(table::start);
    }

    /** Stops all, each when those that depend on it are down. Does not wait: {@link #end} tells. */
    public void stop() {
        decide(() -> table.stop("its group was told to stop"));
    }

    /**
     * Starts some, as far as they do not run: each when those that it depends on are so far, as in the start of all. Does not
     * wait: {@link ServiceHandle#awaitReady} does.
     *
     * @throws IllegalArgumentException if one is not in this group; then none is started
     */
    public void start(Collection<ServiceHandle> some) {
        requireMembers(some);
        decide(() -> table.start(members(some)));
    }

    /**
     * Stops some, until they are started: each when those of them that depend on it are down. Others that depend on them run on.
     * Does not wait: {@link ServiceHandle#end} tells.
     *
     * @throws IllegalArgumentException if one is not in this group; then none is stopped
     */
    public void stop(Collection<ServiceHandle> some) {
        requireMembers(some);
        decide(() -> table.stop(members(some), "it was told to stop"));
    }

    /**
     * Stops some, as far as they run, in the same order, and starts them in that of their dependencies. It does not count as one
     * of the {@link ServiceHandle#restarts}. Does not wait.
     *
     * @throws IllegalArgumentException if one is not in this group; then none is restarted
     */
    public void restart(Collection<ServiceHandle> some) {
        requireMembers(some);
        decide(() -> {
            List<GroupMember> members = members(some);
            // From behind, so that none is stopped before one that depends on it is known to stop, too.
            members.reversed().forEach(member -> table.restart(member, RESTART));
            table.start(members);
        });
    }

    private List<GroupMember> members(Collection<ServiceHandle> some) {
        List<GroupMember> members = new ArrayList<>();
        for (GroupMember member : table.members()) {
            if (some.contains(((Member) member).handle)) {
                members.add(member);
            }
        }
        return members;
    }

    private void requireMembers(Collection<ServiceHandle> some) {
        for (ServiceHandle each : some) {
            if (!services.contains(each)) {
                throw new IllegalArgumentException("no service of this group: " + each);
            }
        }
    }

    /** Kills all, at once. Does not wait. */
    public void kill() {
        decide(() -> {
            List<ServiceHandle> all = handles(table.all());
            all.forEach(ServiceHandle::killing); // or stop commands would be run
            table.stop("its group was told to stop");
            all.forEach(ServiceHandle::kill);
        });
    }

    /**
     * Has the group run these services in place of those that it had, each replica for itself, with the order, the dependencies
     * and the strategy that they have now. Returns when that is decided, and does not wait until it is done: {@link #awaitReady}
     * does. A second update may come at any time.
     *
     * <ul>
     *   <li>Services are the same if they have the same name. One whose description is the same, or differs only in what
     *       concerns the group ({@link Service#after}, {@link Service#afterSuccess}, {@link Service#essential}, the number of
     *       {@link Service#replicas}), goes on undisturbed, in whatever state it is.
     *   <li>One that is new is started as its dependencies allow, if the group was {@linkplain #start started}, and not stopped
     *       since.
     *   <li>One that is not there any more is stopped by its plan, when those that depended on it, and are stopped too, are
     *       down. It leaves {@link #services}. Its handle tells of it as before, but cannot start it again, and its {@linkplain
     *       ServiceHandle#events events} complete when it is over. {@link #end} and {@link #kill} are also for it. If its name
     *       comes back meanwhile, that is a new service, which is started when the old one is over. So are the replicas of a
     *       service that was none before: the first of them has its port.
     *   <li>One whose description has changed is stopped, by its old description, and started by the new one as its dependencies
     *       allow. It keeps its handle, with {@linkplain ServiceHandle#restarts restarts}, output and events; who waits for it
     *       goes on to. One that waits for its next start is started at once, one that has failed or is done is started anew,
     *       and one that somebody has stopped stays so. Those that depend on it run on, unless the strategy says that they are
     *       restarted with a service that has ended. What was stopped because a service had failed is started with that one.
     * </ul>
     *
     * @throws RejectedExecutionException if the supervisor is closed
     */
    public void update(ServiceGroup group) {
        update(group, added -> {});
    }

    /** @param told of each that is new, before it starts, on the loop's thread */
    void update(ServiceGroup group, Consumer<ServiceHandle> told) {
        Objects.requireNonNull(group, "group");
        if (supervisor.engine().isClosed()) {
            throw new RejectedExecutionException("the supervisor is closed: " + group);
        }
        decide(() -> describe(group, told));
    }

    /**
     * Restarts one service after the other, in the order of the start, and goes on to the next when one is ready; those that
     * do not run are left alone. If one does not become ready it throws, and the others run on as they are.
     *
     * @param patience for each
     * @throws TimeoutException if one is not ready after so long
     * @throws ServiceFailedException if one has failed
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public void rollingRestart(Duration patience)
            throws InterruptedException, TimeoutException, ServiceFailedException {
        supervisor.refuseOnLoop("rollingRestart", this);
        for (ServiceHandle each : services) {
            boolean[] restarted = {false};
            decide(() -> members(List.of(each)).forEach(member -> restarted[0] = table.restart(member, RESTART)));
            if (restarted[0]) {
                try {
                    each.awaitReady(patience);
                } catch (ServiceFailedException e) {
                    if (services.contains(each)) { // else it was stopped by an update
                        throw e;
                    }
                }
            }
        }
    }

    /** Each service and its state. */
    @Override
    public String toString() {
        return String.join("; ", services.stream().map(ServiceHandle::toString).toList());
    }
}
