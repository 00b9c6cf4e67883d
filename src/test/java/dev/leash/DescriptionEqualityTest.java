package dev.leash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.sys.SpawnAttributes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two descriptions are equal if all their settings are: each setting counts, and none is forgotten. */
@Timeout(60)
class DescriptionEqualityTest {
    private static final InputStream INPUT = new ByteArrayInputStream(new byte[0]);
    private static final OutputStream STREAM = new ByteArrayOutputStream();
    private static final Consumer<String> LINES = new ArrayList<String>()::add;
    private static final Consumer<ByteBuffer> BUFFERS = new ArrayList<ByteBuffer>()::add;

    private static final List<UnaryOperator<Command>> COMMANDS = List.of(
            command -> command.args("more"),
            command -> command.prefix("nice"),
            command -> command.scheduling(SchedulingPolicy.BATCH),
            command -> command.scheduling(SchedulingPolicy.FIFO, 1),
            command -> command.scheduling(SchedulingPolicy.FIFO, 2),
            command -> command.counters(Counter.CYCLES),
            command -> command.counters(Counter.INSTRUCTIONS),
            command -> command.env("A", "1"),
            command -> command.env("A", "2"),
            command -> command.env("B", "1"),
            command -> command.unsetEnv("A"),
            command -> command.environment(Environment.of(Map.of("A", "1"))),
            command -> command.environment(Environment.of(Map.of("A", "2"))),
            command -> command.environment(Environment.of(Map.of())),
            command -> command.environment(Environment.exactly(List.of("A=1".getBytes(StandardCharsets.UTF_8)))),
            command -> command.environment(Environment.exactly(List.of("A=2".getBytes(StandardCharsets.UTF_8)))),
            command -> command.directory(Path.of("/tmp")),
            command -> command.directory(Path.of("/")),
            command -> command.stdin(Stdin.text("some")),
            command -> command.stdin(Stdin.text("other")),
            command -> command.stdin(Stdin.file(Path.of("/dev/zero"))),
            command -> command.stdin(Stdin.file(Path.of("/dev/null"))),
            command -> command.stdin(Stdin.inherit()),
            command -> command.stdin(Stdin.from(INPUT)),
            command -> command.stdin(Stdin.from(new ByteArrayInputStreamOfOne())),
            command -> command.stdout(Output.inherit()),
            command -> command.stdout(Output.file(Path.of("/dev/null"))),
            command -> command.stdout(Output.append(Path.of("/dev/null"))),
            command -> command.stdout(Output.file(Path.of("/dev/full"))),
            command -> command.stdout(Output.capture(1)),
            command -> command.stdout(Output.captureTail(1)),
            command -> command.stdout(Output.lines(LINES)),
            command -> command.stdout(Output.lines(StandardCharsets.US_ASCII, 1, LINES)),
            command -> command.stdout(Output.lines(StandardCharsets.US_ASCII, 2, LINES)),
            command -> command.stdout(Output.lines(Objects::requireNonNull)),
            command -> command.stdout(Output.bytes(BUFFERS)),
            command -> command.stdout(Output.onLoop(BUFFERS)),
            command -> command.stdout(Output.to(STREAM)),
            command -> command.stdout(Output.into(STREAM)),
            command -> command.stderr(Output.discard()),
            Command::mergeStderr,
            command -> command.terminal(80, 24),
            command -> command.terminal(80, 25),
            command -> command.nice(1),
            command -> command.rlimit(Rlimit.NOFILE, 9),
            command -> command.attributes(SpawnAttributes.create(true, 1, 0)),
            command -> command.attributes(SpawnAttributes.create(true, 1, 1)),
            command -> command.pipeTo(Command.of("cat")),
            command -> command.pipeTo(Command.of("wc")),
            command -> command.timeout(Duration.ofSeconds(1)),
            command -> command.idleTimeout(Duration.ofSeconds(1)),
            command -> command.outputLimit(1),
            command -> command.stopPlan(StopPlan.kill()),
            command -> command.stopPlan(
                    StopPlan.signal(Signal.INT).then(Duration.ofSeconds(1)).kill()),
            command -> command.stragglers(StragglerPolicy.LEAVE),
            command -> command.drainTime(Duration.ofSeconds(99)),
            command -> command.containment(Containment.TREE),
            command -> command.memoryLimit(1 << 20),
            command -> command.pidsLimit(9));

    /** A class, so that each use of it is equal to the other. */
    private static final class ByteArrayInputStreamOfOne extends InputStream {
        @Override
        public int read() {
            return -1;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ByteArrayInputStreamOfOne;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    private static final Command OTHER = Command.of("other");

    private static final List<UnaryOperator<Service>> SERVICES = List.of(
            service -> service.restart(RestartPolicy.always()),
            service -> service.restart(RestartPolicy.onFailure().factor(3)),
            service -> service.restart(RestartPolicy.onFailure().jitter(0)),
            service -> service.restart(RestartPolicy.onFailure().withoutLimit()),
            service -> service.restart(RestartPolicy.onFailure().steadyAfter(Duration.ofSeconds(9))),
            service -> service.restart(RestartPolicy.onFailure().successCodes(0, 3)),
            service -> service.restart(RestartPolicy.onFailure().successSignals(Signal.HUP)),
            service -> service.readyWhen(Readiness.notification()),
            service -> service.readyWhen(Readiness.afterUptime(Duration.ofSeconds(1))),
            service -> service.readyWhen(Readiness.line("up")),
            service -> service.readyWhen(Readiness.line("down")),
            service -> service.readyWhen(Readiness.line(java.util.regex.Pattern.compile("up", 2))),
            service -> service.readyWhen(Probe.tcp(80)),
            service -> service.readyWhen(Probe.tcp(81)),
            service -> service.readyWhen(Probe.command(OTHER)),
            service -> service.readyWhen(Probe.command(Command.of("third"))),
            service -> service.readyWhen(Probe.http(URI.create("http://localhost/"))),
            service -> service.readyWhen(Probe.http(URI.create("http://localhost/"), 200)),
            service -> service.startTimeout(Duration.ofSeconds(1)),
            service -> service.liveness(Probe.tcp(80)),
            service -> service.liveness(Probe.tcp(80).interval(Duration.ofSeconds(3))),
            service -> service.liveness(Probe.tcp(80).timeout(Duration.ofSeconds(3))),
            service -> service.liveness(Probe.tcp(80).failures(9)),
            service -> service.liveness(Probe.unixSocket(Path.of("/x"))),
            service -> service.watchdog(Duration.ofSeconds(1)),
            service -> service.stopCommand(OTHER),
            service -> service.stopCommand(OTHER, Duration.ofSeconds(1)),
            service -> service.log(LogFile.of(Path.of("/log"))),
            service -> service.log(LogFile.of(Path.of("/log")).keep(3)),
            service -> service.reload(Signal.USR1),
            service -> service.reload(OTHER));

    private static final List<UnaryOperator<Service>> OF_GROUPS = List.of(
            Service::essential,
            service -> service.replicas(2, 80),
            service -> service.replicas(2, 90),
            service -> service.replicas(3, 80),
            service -> service.after("db"),
            service -> service.after("cache"),
            service -> service.afterSuccess("db"));

    /** One of many that are made at different times. */
    private static Command command() {
        return Command.of("program", "argument");
    }

    private static Service service() {
        return Service.of("web", command());
    }

    private static <T> void assertAllDiffer(List<Supplier<T>> all) {
        for (int one = 0; one < all.size(); one++) {
            T made = all.get(one).get();
            assertEquals(made, all.get(one).get(), "number " + one);
            assertEquals(made.hashCode(), all.get(one).get().hashCode(), "number " + one);
            for (int other = 0; other < one; other++) {
                assertNotEquals(made, all.get(other).get(), "numbers " + one + " and " + other);
            }
        }
    }

    @Test
    void commandsWithTheSameSettingsAreEqualAndNoOthers() {
        List<Supplier<Command>> all = new ArrayList<>();
        all.add(DescriptionEqualityTest::command);
        COMMANDS.forEach(change -> all.add(() -> change.apply(command())));
        assertAllDiffer(all);
    }

    @Test
    void servicesWithTheSameSettingsAreEqualAndNoOthers() {
        List<Supplier<Service>> all = new ArrayList<>();
        all.add(DescriptionEqualityTest::service);
        all.add(() -> Service.of("db", command()));
        all.add(() -> Service.of("web", OTHER));
        SERVICES.forEach(change -> all.add(() -> change.apply(service())));
        OF_GROUPS.forEach(change -> all.add(() -> change.apply(service())));
        assertAllDiffer(all);
    }

    @Test
    void whatConcernsItsGroupOnlyChangesNoRun() {
        for (UnaryOperator<Service> change : SERVICES) {
            assertFalse(service().runsAs(change.apply(service())), () -> "number " + SERVICES.indexOf(change));
        }
        for (UnaryOperator<Service> change : OF_GROUPS) {
            assertTrue(service().runsAs(change.apply(service())), () -> "number " + OF_GROUPS.indexOf(change));
        }
        assertTrue(service()
                .replicas(2, 80)
                .replica(2)
                .runsAs(service().replicas(3, 80).replica(2)));
        assertFalse(service()
                .replicas(2, 80)
                .replica(2)
                .runsAs(service().replicas(2, 81).replica(2)));
    }

    /** The order in which variables were set, and how often, makes no difference. */
    @Test
    void anEnvironmentIsWhatTheProgramGets() {
        assertEquals(
                command().env("A", "1").env("B", "2"),
                command().env("B", "1").env("A", "1").env("B", "2"));
    }

    /** For a setting that is new: it has to be compared, and to be tried here. */
    @Test
    void noSettingIsForgotten() throws Exception {
        Object commands = command().draft();
        for (Field field : CommandSettings.class.getDeclaredFields()) {
            boolean tried = false;
            for (UnaryOperator<Command> change : COMMANDS) {
                tried |= differs(field, commands, change.apply(command()).draft());
            }
            assertTrue(tried, "no command here has another " + field.getName());
        }
        List<UnaryOperator<Service>> all = new ArrayList<>(SERVICES);
        all.addAll(OF_GROUPS);
        all.add(service -> Service.of("db", OTHER));
        for (Field field : Service.Draft.class.getDeclaredFields()) {
            boolean tried = false;
            for (UnaryOperator<Service> change : all) {
                tried |= differs(
                        field, service().draft(), change.apply(service()).draft());
            }
            assertTrue(tried, "no service here has another " + field.getName());
        }
    }

    private static boolean differs(Field field, Object one, Object other) throws IllegalAccessException {
        Object first = field.get(one);
        Object second = field.get(other);
        if (first instanceof List<?> && second instanceof List<?>) { // of arrays
            return !Arrays.deepEquals(((List<?>) first).toArray(), ((List<?>) second).toArray());
        }
        return !Objects.equals(first, second);
    }
}
