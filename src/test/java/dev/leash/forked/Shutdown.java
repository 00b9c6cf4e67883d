package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.Patience;
import dev.leash.support.ProcScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;

/** Ends, or is ended, in several ways while runs are in progress. The environment, with its marker, is inherited. */
public final class Shutdown {
    /** Ignores what asks it to end, and so do its children. */
    private static final Command STUBBORN =
            Command.of("sh", "-c", "trap '' TERM INT HUP; sleep 300 & sleep 300 & wait; sleep 300");

    private static final StopPlan POLITE =
            StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(2)).kill();

    private static final Duration PATIENCE = Patience.seconds(15);

    private Shutdown() {}

    @SuppressWarnings("resource") // never closed, on purpose
    public static void main(String[] args) throws Exception {
        Supervisor supervisor = Supervisor.create();
        switch (args[0]) {
            case "exit" -> {
                supervisor.start(STUBBORN);
                System.out.println("ready");
                System.exit(7);
            }
            case "exit in a callback" -> {
                supervisor.start(STUBBORN);
                supervisor
                        .start(Command.of("true"))
                        .result()
                        .thenRun(() -> System.exit(7))
                        .join();
            }
            case "exit on the loop" -> exitOnTheLoop(supervisor);
            case "exit on the loop, unguarded" -> {
                supervisor.close();
                exitOnTheLoop(Supervisor.builder().guardian(false).create());
            }
            case "exit in a consumer" -> {
                supervisor.start(STUBBORN.stopPlan(POLITE));
                supervisor.run(Command.of("echo", "x").stdout(Output.lines(line -> System.exit(7))));
            }
            case "signal" -> {
                Child child = supervisor.start(STUBBORN.stopPlan(POLITE));
                Child polite = supervisor.start(Command.of("sh", "-c", "trap 'echo bye; exit 3' TERM; sleep 300 & wait")
                        .stopPlan(POLITE));
                awaitTrap(child, "SigIgn");
                awaitTrap(polite, "SigCgt");
                System.out.println("ready");
                Result result = polite.await();
                System.out.println(result.cause() + " " + result.status() + " "
                        + result.stdout().strip());
                System.out.println(child.await().cause());
                Thread.sleep(Duration.ofMinutes(1));
            }
            case "main returns" -> {
                check(supervisor.run(Command.of("echo", "x")).succeeded(), "echo");
            }
            case "main returns after a timeout" -> {
                Result result = supervisor.run(Command.of("sh", "-c", "(setsid sleep 300 &); echo x; sleep 300")
                        .timeout(Duration.ofSeconds(2)) // in which setsid(1) has surely done its work
                        .drainTime(Duration.ofMillis(100)));
                check(result.cause() == Cause.TIMED_OUT && !result.outputComplete(), result.toString());
            }
            case "main returns with a run in progress" -> {
                supervisor.start(STUBBORN);
            }
            case "main returns closed" -> {
                supervisor.start(STUBBORN);
                supervisor.close();
                supervisor.close();
            }
            case "no hook" -> {
                supervisor.close();
                supervisor =
                        Supervisor.builder().shutdownHook(false).guardian(false).create();
                supervisor.start(Command.of("sleep", "300"));
                System.exit(0);
            }
            case "storm" -> storm(supervisor);
            case "supervisors" -> manySupervisors();
            default -> throw new IllegalArgumentException(args[0]);
        }
        // CLOCK_MONOTONIC, the same for all processes.
        System.out.println("main ends at " + System.nanoTime());
    }

    /** The loop's own thread waits for the shutdown hooks then, and they for the runs. */
    private static void exitOnTheLoop(Supervisor supervisor) throws Exception {
        supervisor.start(STUBBORN.stopPlan(POLITE));
        supervisor.start(STUBBORN.containment(Containment.TREE).stopPlan(POLITE));
        supervisor.run(
                Command.of("sh", "-c", "echo x; sleep 300; echo y").stdout(Output.onLoop(bytes -> System.exit(7))));
    }

    /** Waits until the shell has set what it does at TERM. */
    private static void awaitTrap(Child child, String set) throws Exception {
        while ((ProcScan.signals(child.pid(), set) & 1L << (Signal.TERM.number() - 1)) == 0) {
            Thread.sleep(5);
        }
    }

    /** Fifty threads start one run after the other until they cannot. */
    private static void storm(Supervisor supervisor) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(100);
        for (int i = 0; i < 50; i++) {
            Thread.ofPlatform().start(() -> {
                try {
                    while (true) {
                        supervisor.start(Command.of("sh", "-c", "sleep 300 & sleep 300"));
                        started.countDown();
                    }
                } catch (RejectedExecutionException e) {
                    // Closed by the shutdown.
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        started.await();
        System.exit(0);
    }

    private static void manySupervisors() throws Exception {
        openAndClose(200);
        System.gc();
        long before = residentKilobytes();
        long threads = threads();
        long children = ProcessHandle.current().children().count();
        openAndClose(1_000);
        System.gc();
        long growth = residentKilobytes() - before;
        System.out.println("grown by " + growth + " kB");
        check(growth < 32 * 1024, "grown by " + growth + " kB");
        check(Check.within(PATIENCE, () -> threads() <= threads), threads() + " threads after " + threads);
        check(ProcessHandle.current().children().count() == children, "children");
    }

    /** Without those that carry virtual threads: the JDK makes them, as many as it wants, when it wants them. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("ForkJoinPool"))
                .count();
    }

    private static void openAndClose(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            try (Supervisor supervisor = Supervisor.create()) {
                if (i % 10 == 0) {
                    supervisor.run(Command.of("true")).orThrow();
                }
            }
        }
    }

    private static long residentKilobytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new AssertionError("no VmRSS");
    }
}
