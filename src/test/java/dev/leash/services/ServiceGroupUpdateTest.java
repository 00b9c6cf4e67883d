package dev.leash.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Readiness;
import dev.leash.Service;
import dev.leash.ServiceEvent;
import dev.leash.ServiceFailedException;
import dev.leash.ServiceGroup;
import dev.leash.ServiceGroup.Strategy;
import dev.leash.ServiceGroupHandle;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.Supervisor;
import dev.leash.support.Eventually;
import dev.leash.support.RunsCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Groups with real programs that get another description. */
@Timeout(120)
class ServiceGroupUpdateTest extends RunsCommands {
    private static final Duration NEVER = Eventually.PATIENCE;

    @TempDir
    Path directory;

    private Path log() {
        return directory.resolve("log");
    }

    /** Writes when it comes and goes, and is ready when it has written. */
    private Service sleeper(String name, String version) {
        String told = name + version;
        String line = "trap 'echo -" + told + " >>" + log() + "; exit' TERM; echo +" + told + " >>" + log()
                + "; echo up " + version + "; while :; do sleep 0.02; done";
        return Service.of(name, Command.shell(line)).readyWhen(Readiness.line("up"));
    }

    private List<String> lines() throws Exception {
        return Files.readAllLines(log());
    }

    private ServiceGroupHandle ready(Service... services) throws Exception {
        ServiceGroupHandle group = supervisor.supervise(ServiceGroup.of(services));
        group.awaitReady(NEVER);
        return group;
    }

    private static void stop(ServiceGroupHandle group) throws Exception {
        group.stop();
        group.end().get(NEVER.toSeconds(), TimeUnit.SECONDS);
    }

    /** Without what the shell says of a sleep that was ended with it. */
    private static List<String> said(ServiceHandle service) {
        return service.recentOutput()
                .lines()
                .filter(line -> line.startsWith("up"))
                .toList();
    }

    private static List<String> names(ServiceGroupHandle group) {
        return group.services().stream().map(ServiceHandle::name).toList();
    }

    @Test
    void onlyWhatIsNewGoneOrChangedIsTouched() throws Exception {
        ServiceGroupHandle group = ready(sleeper("a", "1"), sleeper("b", "1"), sleeper("gone", "1"));
        ServiceHandle a = group.service("a");
        ServiceHandle b = group.service("b");
        ServiceHandle gone = group.service("gone");
        long pid = a.pid().orElseThrow();
        long changed = b.pid().orElseThrow();
        Service another = sleeper("b", "2").after("a");
        group.update(ServiceGroup.of(
                sleeper("new", "1").after("b"), another, sleeper("a", "1").essential()));
        assertEquals(List.of("a", "b", "new"), names(group));
        group.awaitReady(NEVER);
        assertEquals(a, group.service("a"));
        assertEquals(pid, a.pid().orElseThrow());
        assertEquals(b, group.service("b"));
        assertNotEquals(changed, b.pid().orElseThrow());
        assertEquals(another, b.service());
        assertEquals(List.of("up 1", "up 2"), said(b));
        assertEquals(0, b.restarts());
        assertEquals(1, b.results().size());
        assertThrows(IllegalArgumentException.class, () -> group.service("gone"));
        assertEquals(
                "stopped: its group has it no more",
                gone.end().get(NEVER.toSeconds(), TimeUnit.SECONDS).toString());
        List<String> lines = lines();
        assertTrue(lines.indexOf("-b1") < lines.indexOf("+b2"), lines.toString());
        assertTrue(lines.indexOf("+b2") < lines.indexOf("+new1"), lines.toString());
        stop(group);
        lines = lines();
        assertEquals(List.of("-new1", "-b2", "-a1"), lines.subList(lines.size() - 3, lines.size()));
    }

    @Test
    void whoWaitsForAChangedOneWaitsForTheNewOne() throws Exception {
        ServiceGroupHandle group = ready(sleeper("a", "1"));
        ServiceHandle a = group.service("a");
        CompletableFuture<ServiceState> end = a.end();
        group.update(ServiceGroup.of(sleeper("a", "2")));
        a.awaitReady(NEVER);
        assertEquals(List.of("up 1", "up 2"), said(a));
        assertFalse(end.isDone(), "it has never been over");
        assertFalse(group.end().isDone());
    }

    @Test
    void itIsStoppedAsTheOldDescriptionSays() throws Exception {
        Service old = sleeper("a", "1").stopCommand(Command.shell("echo old >>" + log()));
        ServiceGroupHandle group = ready(old);
        group.update(ServiceGroup.of(sleeper("a", "2").stopCommand(Command.shell("echo new >>" + log()))));
        group.awaitReady(NEVER);
        assertEquals(List.of("+a1", "old", "-a1", "+a2"), lines());
    }

    @Test
    void theGroupIsNotOverBetweenTheLastOldOneAndTheFirstNewOne() throws Exception {
        ServiceGroupHandle group = ready(sleeper("a", ""));
        CompletableFuture<Void> end = group.end();
        for (String name : List.of("b", "c", "d")) {
            group.update(ServiceGroup.of(sleeper(name, "")));
            group.awaitReady(NEVER);
        }
        Eventually.eventually("the old ones are stopped", () -> lines().size() == 7);
        assertFalse(end.isDone());
        stop(group);
        end.get();
    }

    @Test
    void aNameThatComesBackIsStartedWhenTheOldOneIsOver() throws Exception {
        ServiceGroupHandle group = ready(sleeper("a", ""), sleeper("slow", "1"));
        Path gate = directory.resolve("gate");
        Service slow = Service.of(
                        "slow",
                        Command.shell("trap 'while [ ! -e " + gate + " ]; do sleep 0.02; done; echo -slow2 >>" + log()
                                + "; exit' TERM; echo +slow2 >>" + log()
                                + "; echo up; while :; do sleep 0.02; done"))
                .readyWhen(Readiness.line("up"));
        group.update(ServiceGroup.of(sleeper("a", ""), slow));
        group.awaitReady(NEVER);
        ServiceHandle old = group.service("slow");
        group.update(ServiceGroup.of(sleeper("a", "")));
        group.update(ServiceGroup.of(sleeper("a", ""), sleeper("slow", "3")));
        ServiceHandle fresh = group.service("slow");
        assertNotEquals(old, fresh);
        assertEquals("waiting for the slow of before to end", fresh.state().toString());
        Files.createFile(gate);
        group.awaitReady(NEVER);
        assertTrue(old.end().isDone());
        assertEquals(List.of("-slow2", "+slow3"), lines().subList(lines().size() - 2, lines().size()));
    }

    @Test
    void theHandleOfOneThatIsGoneTellsAndDoesNothing() throws Exception {
        ServiceGroupHandle group = ready(sleeper("a", ""), sleeper("gone", ""));
        ServiceHandle gone = group.service("gone");
        List<ServiceEvent> events = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> completed = new CompletableFuture<>();
        gone.events().subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(ServiceEvent event) {
                events.add(event);
            }

            @Override
            public void onError(Throwable thrown) {
                completed.completeExceptionally(thrown);
            }

            @Override
            public void onComplete() {
                completed.complete(null);
            }
        });
        group.update(ServiceGroup.of(sleeper("a", "")));
        completed.get(NEVER.toSeconds(), TimeUnit.SECONDS);
        assertEquals("stopped: its group has it no more", events.getLast().to().toString());
        assertEquals(List.of("up"), said(gone));
        gone.start();
        gone.restart();
        assertEquals("stopped: its group has it no more", gone.state().toString());
        assertThrows(ServiceFailedException.class, () -> gone.awaitReady(NEVER));
        assertEquals(1, supervisor.stats().services());
        assertTrue(group.service("a").state().isRunning());
    }

    @Test
    void whatWasStoppedStaysSoAndWhatHasFailedIsStartedAnewIfItHasChanged() throws Exception {
        Service broken = Service.of("broken", Command.of("/no/such/program")).restart(dev.leash.RestartPolicy.never());
        ServiceGroupHandle group = supervisor.supervise(ServiceGroup.of(sleeper("a", ""), sleeper("b", "1"), broken));
        assertThrows(ServiceFailedException.class, () -> group.awaitReady(NEVER));
        ServiceHandle b = group.service("b");
        b.awaitReady(NEVER);
        b.stop();
        b.end().get();
        group.update(ServiceGroup.of(sleeper("a", ""), sleeper("b", "2"), broken));
        assertTrue(group.service("broken").state() instanceof ServiceState.Failed);
        group.update(ServiceGroup.of(sleeper("a", ""), sleeper("b", "3"), sleeper("broken", "2")));
        group.service("broken").awaitReady(NEVER);
        assertTrue(b.state() instanceof ServiceState.Stopped, () -> b.toString());
        b.start();
        group.awaitReady(NEVER);
        assertEquals(List.of("up 1", "up 3"), said(b));
    }

    @Test
    void theStrategyOfTheNewDescriptionHolds() throws Exception {
        ServiceGroupHandle group = ready(sleeper("a", "1"), sleeper("b", "1").after("a"));
        group.update(
                ServiceGroup.of(sleeper("a", "2"), sleeper("b", "1").after("a")).strategy(Strategy.REST_FOR_ONE));
        group.awaitReady(NEVER);
        assertEquals(List.of("+a1", "+b1", "-b1", "-a1", "+a2", "+b1"), lines());
        stop(group);
    }

    @Test
    void anotherNumberOfReplicasLeavesTheOthersAlone() throws Exception {
        Service web = Service.of("web", Command.of("sleep", "1000").stdout(Output.discard()));
        ServiceGroupHandle group = ready(web.replicas(2, 8080));
        long first = group.service("web.1").pid().orElseThrow();
        group.update(ServiceGroup.of(web.replicas(3, 8080)));
        group.awaitReady(NEVER);
        assertEquals(List.of("web.1", "web.2", "web.3"), names(group));
        group.update(ServiceGroup.of(web.replicas(1, 8080)));
        assertEquals(List.of("web.1"), names(group));
        assertEquals(first, group.service("web.1").pid().orElseThrow());
        Eventually.eventually("two end", () -> supervisor.stats().services() == 1);
    }

    @Test
    void aKillIsAlsoForThoseThatLeave() throws Exception {
        Service stubborn = Service.of("stubborn", Command.shell("trap '' TERM; echo up; while :; do sleep 0.02; done"))
                .readyWhen(Readiness.line("up"));
        ServiceGroupHandle group = ready(stubborn, sleeper("a", ""));
        ServiceHandle leaving = group.service("stubborn");
        group.update(ServiceGroup.of(sleeper("a", "")));
        long begin = System.nanoTime();
        group.kill();
        group.end().get(NEVER.toSeconds(), TimeUnit.SECONDS);
        assertTrue(leaving.end().isDone(), "it is over with the group");
        assertTrue(System.nanoTime() - begin < Duration.ofSeconds(9).toNanos(), "its stop plan has 10 s");
    }

    @Test
    void aClosedSupervisorTakesNone() throws Exception {
        ServiceGroupHandle group;
        try (var own = Supervisor.create()) {
            group = own.supervise(ServiceGroup.of(sleeper("a", "")));
            group.awaitReady(NEVER);
        }
        assertThrows(RejectedExecutionException.class, () -> group.update(ServiceGroup.of(sleeper("b", ""))));
        assertEquals(List.of("a"), names(group));
    }

    @Test
    void nobodyWaitsForEverInAClosedSupervisor() throws Exception {
        ServiceGroupHandle group;
        try (var own = Supervisor.create()) {
            group = own.supervise(
                    ServiceGroup.of(sleeper("a", ""), sleeper("b", "").after("a")));
            group.awaitReady(NEVER);
        }
        group.end().get(NEVER.toSeconds(), TimeUnit.SECONDS);
        group.start();
        group.end().get(NEVER.toSeconds(), TimeUnit.SECONDS);
        for (ServiceHandle service : group.services()) {
            service.end().get(NEVER.toSeconds(), TimeUnit.SECONDS);
            assertEquals("stopped: the supervisor is closed", service.state().toString());
        }
    }

    @Test
    void theNewDescriptionIsToldAsSoonAsNoRunByTheOldOneGoesOn() throws Exception {
        ServiceGroupHandle group = ready(sleeper("a", "1"));
        ServiceHandle service = group.service("a");
        group.stop();
        Service other = sleeper("a", "2");
        group.update(ServiceGroup.of(other)); // while it stops, or soon after
        ServiceState over = service.end().get(NEVER.toSeconds(), TimeUnit.SECONDS);
        assertTrue(over instanceof ServiceState.Stopped, over::toString);
        assertSame(other.command(), service.service().command());
    }

    @Test
    void whateverComesAtTheSameTimeTheLastWordHolds() throws Exception {
        ServiceGroupHandle group = supervisor.supervise(ServiceGroup.of(service(0, 0)));
        List<Thread> threads = new ArrayList<>();
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        for (int number = 0; number < 4; number++) {
            Random random = new Random(number);
            threads.add(Thread.ofVirtual()
                    .uncaughtExceptionHandler((thread, e) -> thrown.add(e))
                    .start(() -> {
                        for (int round = 0; round < 25; round++) {
                            act(group, random);
                        }
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), thrown);
        group.start();
        group.update(ServiceGroup.of(service(0, 9), service(1, 9).after("s0"), service(7, 0)));
        group.start();
        group.awaitReady(NEVER);
        Eventually.eventually("three are left", () -> supervisor.stats().services() == 3);
        assertEquals("sleep 1009", group.service("s1").service().command().toString());
        stop(group);
        assertEquals(0, supervisor.stats().services());
    }

    private static Service service(int number, int version) {
        return Service.of("s" + number, Command.of("sleep", Integer.toString(1000 + version)));
    }

    private static void act(ServiceGroupHandle group, Random random) {
        switch (random.nextInt(8)) {
            case 0 -> group.stop();
            case 1 -> group.kill();
            case 2, 3 -> group.start();
            case 4 -> {
                List<ServiceHandle> services = group.services();
                services.get(random.nextInt(services.size())).restart();
            }
            default -> {
                List<Service> services = new ArrayList<>();
                for (int number = 0; number < 4; number++) {
                    if (number == 0 || random.nextBoolean()) {
                        Service made = service(number, random.nextInt(2));
                        services.add(
                                services.isEmpty()
                                        ? made
                                        : made.after(services.getFirst().name()));
                    }
                }
                Strategy strategy = random.nextBoolean() ? Strategy.ONE_FOR_ALL : Strategy.ONE_FOR_ONE;
                group.update(ServiceGroup.of(services).strategy(strategy));
            }
        }
    }
}
