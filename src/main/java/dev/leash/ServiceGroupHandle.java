package dev.leash;

import dev.leash.internal.service.Event;
import dev.leash.internal.service.GroupTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A {@link ServiceGroup} that a {@link Supervisor} runs. Its services can be stopped and started one by one, too, through
 * their own handles. All methods may be called from any thread; what waits must not be called in a handler {@linkplain
 * Output#onLoop on the loop}.
 */
public final class ServiceGroupHandle {
    private final Supervisor supervisor;
    private final List<ServiceHandle> services = new ArrayList<>();
    private final Watched<GroupLook> look = new Watched<>(new GroupLook(false, false, null));

    /** For the loop's thread. */
    private final GroupTable table;

    ServiceGroupHandle(Supervisor supervisor, ServiceGroup group) {
        this.supervisor = supervisor;
        List<Service> members = group.services();
        boolean[] essential = new boolean[members.size()];
        for (int i = 0; i < essential.length; i++) {
            essential[i] = members.get(i).draft().essential;
        }
        boolean held = group.rules() != GroupTable.Strategy.ONE_FOR_ONE;
        this.table = new GroupTable(group.order(), group.rules(), essential, new Members());
        for (int i = 0; i < members.size(); i++) {
            int place = i;
            services.add(new ServiceHandle(supervisor, members.get(i), held, phase -> {
                table.entered(place, phase);
                tell();
            }));
        }
    }

    private final class Members implements GroupTable.Members {
        @Override
        public void start(int member) {
            services.get(member).tellNow(new Event.Start());
        }

        @Override
        public void stop(int member, String why) {
            services.get(member).tellNow(new Event.Stop(why));
        }

        @Override
        public void hold(int member, String why) {
            services.get(member).tellNow(new Event.Hold(why));
        }
    }

    private void tell() {
        int obstacle = table.obstacle();
        look.set(new GroupLook(table.isReady(), table.isOver(), obstacle < 0 ? null : services.get(obstacle)));
        look.tell();
    }

    private void decide(Runnable decision) {
        services.getFirst().onLoop(() -> {
            decision.run();
            tell();
        });
    }

    /** In the order of the start, each replica for itself. */
    public List<ServiceHandle> services() {
        return List.copyOf(services);
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
            future.cancel(false);
            throw (TimeoutException)
                    new TimeoutException("services are not ready after " + Durations.text(nanos) + ": " + this)
                            .initCause(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause()); // nothing completes it so
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

    /** Kills all, at once. Does not wait. */
    public void kill() {
        stop();
        services.forEach(ServiceHandle::kill);
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
            if (each.state().isRunning()) {
                each.restart();
                each.awaitReady(patience);
            }
        }
    }

    /** Each service and its state. */
    @Override
    public String toString() {
        return String.join("; ", services.stream().map(ServiceHandle::toString).toList());
    }
}
