package dev.leash.results;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.RestartPolicy;
import dev.leash.Rlimit;
import dev.leash.Service;
import dev.leash.ServiceState;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.SupervisorStats;
import dev.leash.forked.Jvm;
import dev.leash.forked.Shared;
import dev.leash.support.RunsCommands;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Configuration;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the Flight Recorder is told. */
@Timeout(60)
class RecordingTest extends RunsCommands {
    @TempDir
    private Path directory;

    private interface Work {
        void run() throws Exception;
    }

    private static Configuration settings() throws Exception {
        try (Reader file = new InputStreamReader(
                Supervisor.class.getResourceAsStream("/META-INF/leash.jfc"), StandardCharsets.UTF_8)) {
            return Configuration.create(file);
        }
    }

    private List<RecordedEvent> record(Work work) throws Exception {
        try (Recording recording = new Recording(settings())) {
            recording.start();
            work.run();
            recording.stop();
            Path file = directory.resolve("recording.jfr");
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            Files.delete(file);
            return events.stream()
                    .filter(event -> event.getEventType().getName().startsWith("dev.leash."))
                    .toList();
        }
    }

    private static List<RecordedEvent> of(String name, List<RecordedEvent> events) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.leash." + name))
                .toList();
    }

    private static RecordedEvent only(String name, List<RecordedEvent> events) {
        List<RecordedEvent> found = of(name, events);
        assertEquals(1, found.size(), () -> name + " in " + events);
        return found.getFirst();
    }

    @Test
    void aRunIsAStartAndAnEnd() throws Exception {
        Child[] child = new Child[1];
        List<RecordedEvent> events = record(() -> {
            child[0] = start(sh("echo hello; sleep 0.05; exit 3"));
            child[0].await();
        });
        RecordedEvent start = only("Start", events);
        assertEquals(child[0].pid(), start.getLong("pid"));
        assertEquals(child[0].command().toString(), start.getString("command"));
        assertTrue(start.getDuration().isPositive());
        assertTrue(start.getStackTrace().getFrames().stream()
                .anyMatch(frame -> frame.getMethod().getType().getName().equals(RecordingTest.class.getName())));
        assertEquals(Thread.currentThread().getName(), start.getThread().getJavaName());
        RecordedEvent run = only("Run", events);
        assertEquals(start.getLong("run"), run.getLong("run"));
        assertEquals(child[0].pid(), run.getLong("pid"));
        assertEquals("EXITED", run.getString("cause"));
        assertEquals(3, run.getInt("exitCode"));
        assertEquals(0, run.getInt("signal"));
        assertEquals(6, run.getLong("output"));
        assertTrue(run.getBoolean("outputComplete"));
        assertTrue(run.getDuration().isPositive());
        assertAtLeast(millis(50), run.getDuration("wallTime"));
        assertNull(run.getString("failure"));
        assertNull(run.getString("limitsReached"));
        assertEquals(-1, run.getLong("oomKills"));
        assertEquals(2, events.size(), () -> "" + events);
    }

    @Test
    void aServiceTellsOfItsStates() throws Exception {
        Service crasher = Service.of("crasher", sh("exit 3"))
                .restart(RestartPolicy.onFailure()
                        .backoff(Duration.ZERO, Duration.ZERO)
                        .atMost(1, Duration.ofHours(1)));
        List<RecordedEvent> events = record(() -> {
            ServiceState state = supervisor.supervise(crasher).end().get(20, TimeUnit.SECONDS);
            assertInstanceOf(ServiceState.Failed.class, state);
        });
        List<String> states = of("Service", events).stream()
                .map(event -> event.getString("service") + " " + event.getString("state"))
                .filter(state -> !state.endsWith("READY"))
                .toList();
        assertEquals(List.of("crasher STARTING", "crasher BACKING_OFF", "crasher STARTING", "crasher FAILED"), states);
        SupervisorStats stats = supervisor.stats();
        assertEquals(0, stats.services());
        assertEquals(1, stats.serviceRestarts());
        assertEquals(1, stats.failedServices());
    }

    @Test
    void aLimitThatWasReachedIsTold() throws Exception {
        Path file = directory.resolve("file");
        List<RecordedEvent> events = record(() -> run(sh("exec head -c 9000 /dev/zero >" + file)
                .rlimit(Rlimit.FSIZE, 5_000)
                .rlimit(Rlimit.CORE, 0)));
        assertEquals("FILE_SIZE", only("Run", events).getString("limitsReached"));
    }

    @Test
    void eachRunHasItsNumber() throws Exception {
        List<RecordedEvent> events = record(() -> {
            run(sh("exit 0"));
            run(sh("exit 0").pipeTo(sh("exit 1")));
        });
        List<RecordedEvent> runs = of("Run", events);
        assertEquals(2, runs.size());
        assertFalse(runs.get(0).getLong("run") == runs.get(1).getLong("run"));
        assertEquals(1, runs.get(1).getInt("exitCode"));
        assertEquals(2, of("Start", events).size());
    }

    @Test
    void everyStepOfAStopIsTold() throws Exception {
        List<RecordedEvent> events = record(() -> run(sh("trap '' TERM; sleep 60 & wait; sleep 60")
                .timeout(millis(3000))
                .stopPlan(StopPlan.signal(Signal.TERM).then(millis(50)).kill())));
        List<RecordedEvent> steps = of("StopStep", events);
        assertEquals(
                List.of(15, 9),
                steps.stream().map(step -> step.getInt("signal")).toList());
        assertEquals("TIMED_OUT", steps.getFirst().getString("cause"));
        assertAtLeast(millis(3000), steps.getFirst().getDuration("after"));
        assertAtLeast(millis(3050), steps.getLast().getDuration("after"));
        RecordedEvent run = only("Run", events);
        assertEquals(run.getLong("run"), steps.getFirst().getLong("run"));
        assertEquals("TIMED_OUT", run.getString("cause"));
        assertEquals(-1, run.getInt("exitCode"));
        assertEquals(9, run.getInt("signal"));
    }

    @Test
    void aFailedStartIsTold() throws Exception {
        List<RecordedEvent> events = record(() -> {
            assertThrows(SpawnException.class, () -> start(Command.of("no-such-program", "x")));
            assertThrows(SpawnException.class, () -> start(Command.of("echo", "\0")));
        });
        assertEquals(2, events.size());
        RecordedEvent failed = of("StartFailed", events).getFirst();
        assertEquals("NOT_FOUND", failed.getString("kind"));
        assertEquals("ENOENT", failed.getString("errno"));
        assertEquals("no-such-program x", failed.getString("command"));
        assertTrue(failed.getString("message").contains("no such program"));
        assertEquals("INVALID_ARGUMENT", of("StartFailed", events).getLast().getString("kind"));
    }

    /** Returns when there is output that nobody asks for, and has been for a while. */
    private Child stalled(String line) throws Exception {
        Path written = directory.resolve("written");
        Child child = start(sh("echo x; : > " + written + "; " + line).stdout(Output.pipe()));
        eventually("there is output", () -> Files.exists(written));
        for (int round = 0; round < 2; round++) {
            child.toHandle(); // asks the loop, which has looked for output before it answers the second time
        }
        assertFalse(child.await(millis(200)).isPresent());
        return child;
    }

    @Test
    void aConsumerThatHoldsBackItsChildIsTold() throws Exception {
        Child[] child = new Child[1];
        List<RecordedEvent> events = record(() -> {
            child[0] = stalled("head -c 1000000 /dev/zero");
            assertEquals(1_000_002, child[0].stdout().readAllBytes().length);
            child[0].await();
        });
        RecordedEvent longest = of("Stall", events).stream()
                .max((a, b) -> a.getDuration().compareTo(b.getDuration()))
                .orElseThrow();
        assertEquals(child[0].pid(), longest.getLong("pid"));
        assertEquals(1, longest.getInt("descriptor"));
        assertAtLeast(millis(50), longest.getDuration());
        assertEquals(only("Run", events).getLong("run"), longest.getLong("run"));
    }

    @Test
    void aStallThatLastsToTheEndIsToldToo() throws Exception {
        List<RecordedEvent> events = record(() -> {
            Child child = stalled("yes");
            child.kill();
            child.await();
        });
        assertEquals(1, of("Stall", events).size(), () -> "" + events);
        assertEquals("CANCELLED", only("Run", events).getString("cause"));
    }

    @Test
    void whatUserCodeThrowsIsInTheEnd() throws Exception {
        List<RecordedEvent> events = record(() -> start(Command.of("echo").stdout(Output.lines(line -> {
                    throw new IllegalStateException("on purpose");
                })))
                .await());
        assertEquals(
                "java.lang.IllegalStateException: on purpose",
                only("Run", events).getString("failure"));
    }

    @Test
    void nothingIsToldWhenNobodyListens() throws Exception {
        try (Recording recording = new Recording()) {
            for (String name : List.of("Start", "Run", "StopStep", "Stall", "StartFailed")) {
                recording.disable("dev.leash." + name);
            }
            recording.start();
            run(sh("exit 0"));
            recording.stop();
            Path file = directory.resolve("recording.jfr");
            recording.dump(file);
            assertTrue(RecordingFile.readAllEvents(file).stream()
                    .noneMatch(event -> event.getEventType().getName().startsWith("dev.leash.")));
        }
    }

    @Test
    void theSettingsAreForTheEventsThatThereAre() throws Exception {
        Set<String> named = new TreeSet<>();
        settings().getSettings().keySet().forEach(key -> named.add(key.substring(0, key.indexOf('#'))));
        Set<String> there = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter()
                .importPath(Path.of("target", "classes", "dev", "leash", "internal", "events"))) {
            if (type.isAnnotatedWith(Name.class)) {
                there.add(type.getAnnotationOfType(Name.class).value());
            }
        }
        assertEquals(there, named);
        assertEquals(6, there.size());
    }

    /** The JVM takes longer to register an event than to start a program, and would do it while a first deadline runs. */
    @Test
    void noEventIsLoadedBeforeAnythingIsRecorded() throws Exception {
        Path loaded = directory.resolve("loaded");
        Jvm.Ended ended = Jvm.of(directory, Shared.class)
                .options("-Xlog:class+load:file=" + loaded)
                .run();
        assertEquals(0, ended.exit(), ended.err());
        String classes = Files.readString(loaded);
        assertTrue(classes.contains("dev.leash.internal.events.Recorder "), classes);
        assertFalse(classes.contains("dev.leash.internal.events.RunEvent "));
        assertFalse(classes.contains("jdk.jfr.Event "));
    }

    /** An image of one's own need not have jdk.jfr. */
    @Test
    void withoutTheFlightRecorderEverythingElseWorks() throws Exception {
        Jvm.Ended ended = Jvm.of(directory, Shared.class)
                .options("--limit-modules", "java.base")
                .run();
        assertEquals(0, ended.exit(), ended.err());
        assertTrue(ended.out().contains("hello 0"), ended.out());
        assertEquals("", ended.err());
    }
}
