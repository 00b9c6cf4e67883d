package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Count;
import dev.leash.Counter;
import dev.leash.Result;
import dev.leash.Supervisor;
import dev.leash.internal.sys.Clock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Virtual threads wait for starts, and have lost their carriers when these are over. The JVM makes another for each, and
 * a new thread gets much from the one that makes it. Then looks whether the threads of this JVM are as before.
 */
public final class ThreadsOfStarts {
    private static final int STARTS = 40;

    /** How many carriers there must be. */
    public static final int CARRIERS = 2 * STARTS;

    private static final long PAUSE_NANOS = 2_000_000;
    private static final Command BUSY = Command.of("sh", "-c", "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done");
    private static final Duration LITTLE = Duration.ofMillis(20);

    private final Queue<Child> counted = new ConcurrentLinkedQueue<>();
    private final CountDownLatch started = new CountDownLatch(STARTS);
    private final AtomicBoolean end = new AtomicBoolean();

    private ThreadsOfStarts() {}

    /**
     * Starts and looks.
     *
     * @param args the kind of start, and an empty file
     */
    public static void main(String[] args) throws Exception {
        new ThreadsOfStarts().run(args[0], Path.of(args[1]));
        System.out.println("done");
    }

    private void run(String kind, Path file) throws Exception {
        List<String> before = look(file);
        try (Supervisor supervisor = Supervisor.create();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            supervisor.run(Command.of("true")).orThrow(); // what a first start waits for is past
            List<Future<?>> all = new ArrayList<>();
            try {
                for (int i = 0; i < STARTS; i++) {
                    AtomicReference<Thread> starting = new AtomicReference<>(Thread.currentThread());
                    all.add(threads.submit(() -> {
                        starting.set(Thread.currentThread());
                        start(supervisor, kind);
                        started.countDown();
                        return hold(supervisor);
                    }));
                    while (starting.get().getState() == Thread.State.RUNNABLE) {
                        Thread.onSpinWait();
                    }
                    // Gets the carrier that the one above has left by now: when that is woken it needs another.
                    all.add(threads.submit(() -> hold(supervisor)));
                }
                started.await();
                List<String> after = look(file);
                System.out.println(after);
                check(before.size() == 1 && after.equals(before), "threads are " + after + ", were " + before);
            } finally {
                end.set(true);
            }
            for (Future<?> one : all) {
                one.get();
            }
            for (Child child : counted) {
                child.kill();
                Result result = child.await();
                check(
                        result.counters().get(Counter.TASK_CLOCK) instanceof Count.Measured count
                                && count.value().orElseThrow() < LITTLE.toNanos(),
                        "it slept, and counted " + result.counters());
            }
        }
    }

    private void start(Supervisor supervisor, String kind) throws Exception {
        switch (kind) {
            case "plain" -> supervisor.run(Command.of("true")).orThrow();
            case "umask" -> supervisor.run(Command.of("true").umask(0077)).orThrow();
            case "counters" ->
                counted.add(supervisor.start(Command.of("sleep", "1000").counters(Counter.TASK_CLOCK)));
            default -> throw new IllegalArgumentException(kind);
        }
    }

    /** Stays on its carrier, whose children are to be as any others. */
    private Void hold(Supervisor supervisor) throws Exception {
        while (!end.get()) {
            Clock.sleep(PAUSE_NANOS);
        }
        if (!counted.isEmpty()) {
            supervisor.run(BUSY).orThrow();
        }
        return null;
    }

    /** What the threads have and pass on to those that they make, each different one once. */
    private static List<String> look(Path file) throws Exception {
        List<String> all = new ArrayList<>();
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r");
                DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            check(opened.length() == 0, "an empty file");
            for (Path task : tasks) {
                String status = Files.readString(task.resolve("status"));
                String umask = status.lines()
                        .filter(line -> line.startsWith("Umask:"))
                        .findFirst()
                        .orElse("");
                Path process = Path.of("/proc").resolve(task.getFileName());
                String look = umask + slack(process) + slice(process) + (hasOpen(task, file) ? ", has" : ", has not")
                        + " the open file";
                boolean loops = status.startsWith("Name:\tleash\n"); // its slices are short on purpose
                if (!loops && !all.contains(look)) {
                    all.add(look);
                }
            }
        } catch (NoSuchFileException e) {
            return look(file); // a thread has ended
        }
        return all;
    }

    /** Empty for an ordinary user, to whom the kernel shows a thread's own only. */
    private static String slack(Path process) throws IOException {
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        return root
                ? ", slack "
                        + Files.readString(process.resolve("timerslack_ns")).strip()
                : "";
    }

    /** Empty where the kernel does not show it. */
    private static String slice(Path process) {
        try {
            return Files.readString(process.resolve("sched"))
                    .lines()
                    .filter(line -> line.startsWith("se.slice "))
                    .findFirst()
                    .map(line ->
                            ", slice " + line.substring(line.indexOf(':') + 1).strip())
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean hasOpen(Path task, Path file) throws IOException {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(task.resolve("fd"))) {
            for (Path fd : open) {
                try {
                    if (Files.readSymbolicLink(fd).equals(file)) {
                        return true;
                    }
                } catch (NoSuchFileException e) {
                    // Closed meanwhile.
                }
            }
        }
        return false;
    }
}
