package dev.leash.services;

import static dev.leash.support.Eventually.eventually;
import static dev.leash.support.Eventually.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.LogFile;
import dev.leash.Output;
import dev.leash.RestartPolicy;
import dev.leash.Service;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.StopPlan;
import dev.leash.support.LeakCheck;
import dev.leash.support.Patience;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What services cost: descriptors, and no thread each; and what they do all at once. */
@Timeout(240)
class ThousandServicesTest extends RunsCommands {
    private static final int MANY = 1_000;
    private static final Duration PATIENCE = Patience.seconds(100);

    /** The threads that carry virtual threads, and those that log, are made when there is work for them. */
    private static final int SOME = 20;

    @TempDir
    Path directory;

    private final List<ServiceHandle> all = new ArrayList<>();

    @BeforeEach
    void skipUnlessThereIsRoom() throws IOException {
        long limit = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .mapToLong(line -> Long.parseLong(line.split(" +", -1)[3]))
                .findFirst()
                .orElse(0);
        Skip.unless(
                limit >= 6 * MANY, "a JVM may have " + limit + " descriptors here, too few for " + MANY + " services");
    }

    private void startAll(Service service) throws Exception {
        for (int i = 0; i < MANY; i++) {
            all.add(supervisor.supervise(service));
        }
        all("ready", ServiceState.Ready.class);
    }

    private void all(String what, Class<? extends ServiceState> state) {
        assertTrue(
                within(PATIENCE, () -> all.stream().map(ServiceHandle::state).allMatch(state::isInstance)),
                () -> "all are " + what + ", but of " + all.size() + " not: "
                        + all.stream()
                                .filter(each -> !state.isInstance(each.state()))
                                .limit(5)
                                .toList());
    }

    private Service sleeper(RestartPolicy restart) {
        return Service.of("sleeper", marked(Command.of("sleep", "1000")).stopPlan(StopPlan.kill()))
                .restart(restart);
    }

    private static int threads() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return (int) tasks.count();
        }
    }

    @Test
    void eachTakesThreeDescriptorsAndNoThread() throws Exception {
        int threads = threads();
        int descriptors = LeakCheck.descriptors().size();
        startAll(sleeper(RestartPolicy.always()));
        eventually("no start is under way", () -> threads() <= threads + SOME);
        int each = LeakCheck.descriptors().size() - descriptors;
        assertTrue(
                each >= 3 * MANY && each <= 3 * MANY + SOME,
                () -> each + " descriptors: a pidfd and two pipes for each");
    }

    @Test
    void eachWithoutOutputTakesOneDescriptor() throws Exception {
        int descriptors = LeakCheck.descriptors().size();
        Command silent = Command.of("sleep", "1000")
                .stopPlan(StopPlan.kill())
                .stdout(Output.discard())
                .stderr(Output.discard());
        startAll(Service.of("silent", marked(silent)));
        eventually("a pidfd for each", () -> LeakCheck.descriptors().size() - descriptors <= MANY + SOME);
    }

    @Test
    void aLogOfManyIsOpenOnce() throws Exception {
        int descriptors = LeakCheck.descriptors().size();
        startAll(sleeper(RestartPolicy.always()).log(LogFile.of(directory.resolve("log"))));
        eventually(
                "one more than without a log", () -> LeakCheck.descriptors().size() - descriptors <= 3 * MANY + SOME);
    }

    @Test
    void theyCrashAllAtOnceAndComeBackOneAfterAnother() throws Exception {
        int threads = threads();
        Duration delay = ofSeconds(10_000);
        startAll(sleeper(RestartPolicy.always().backoff(delay, delay).jitter(0.5)));
        Instant before = Instant.now();
        alive().forEach(each -> ProcessHandle.of(each.pid()).ifPresent(ProcessHandle::destroyForcibly));
        all("backing off", ServiceState.BackingOff.class);
        Instant after = Instant.now();
        eventually("no thread is left", () -> threads() <= threads + SOME);
        List<Instant> starts = all.stream()
                .map(each -> assertInstanceOf(ServiceState.BackingOff.class, each.state())
                        .until())
                .sorted()
                .toList();
        assertTrue(!starts.getFirst().isBefore(before.plus(delay.dividedBy(2))), "none is too soon");
        assertTrue(!starts.getLast().isAfter(after.plus(delay.dividedBy(2).multipliedBy(3))), "none is too late");
        assertTrue(starts.stream().map(Instant::getEpochSecond).distinct().count() > MANY * 3 / 4, "not together");
        all.forEach(ServiceHandle::start);
        all("ready again", ServiceState.Ready.class);
        supervisor.close();
        all("stopped", ServiceState.Stopped.class);
        assertEquals(List.of(), ProcScan.withMarker(marker));
    }

    @Test
    void theyCrashAgainAndAgainUntilTheyAreStopped() throws Exception {
        RestartPolicy quickly =
                RestartPolicy.always().backoff(ofMillis(100), ofMillis(200)).withoutLimit();
        Service crasher = Service.of("crasher", marked(Command.of("false")).stopPlan(StopPlan.kill()))
                .restart(quickly);
        for (int i = 0; i < MANY; i++) {
            all.add(supervisor.supervise(crasher));
        }
        assertTrue(within(PATIENCE, () -> all.stream().allMatch(each -> each.restarts() >= 2)), "each is restarted");
        all.forEach(ServiceHandle::stop);
        all("stopped", ServiceState.Stopped.class);
    }
}
