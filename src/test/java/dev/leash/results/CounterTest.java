package dev.leash.results;

import static dev.leash.support.SpawnErrors.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Count;
import dev.leash.Count.Measured;
import dev.leash.Count.Unavailable;
import dev.leash.Counter;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.StragglerPolicy;
import dev.leash.forked.Counted;
import dev.leash.forked.Jvm;
import dev.leash.support.Probe;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import dev.leash.support.SystemCallFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel counts of a run: all of it, nothing else, and never a zero for what it does not count. */
@Timeout(120)
class CounterTest extends RunsCommands {
    private static final String BUSY = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";

    /** Touches as many pages as it is told to. */
    private static final String TOUCHES = """
            import mmap, sys
            count = int(sys.argv[1])
            pages = mmap.mmap(-1, count * mmap.PAGESIZE)
            pages.madvise(mmap.MADV_NOHUGEPAGE)
            for page in range(count): pages[page * mmap.PAGESIZE] = 1
            """;

    /** How many page faults a program may have more or less from one run to the next. */
    private static final long SLACK = 300;

    @TempDir
    Path temp;

    private static Measured measured(Result result, Counter counter) {
        Count count = result.counters().get(counter);
        if (count instanceof Unavailable not && not.reason() != Count.Reason.NOT_COUNTED) {
            Skip.because("this machine does not count " + counter + ": " + not.explanation());
        }
        return assertInstanceOf(Measured.class, count);
    }

    private static Duration cpu(Result result) {
        return result.stages().stream()
                .map(stage -> stage.usage().userTime().plus(stage.usage().systemTime()))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration taskClock(Result result) {
        return Duration.ofNanos(measured(result, Counter.TASK_CLOCK).value().orElseThrow());
    }

    /**
     * A run whose task clock is its CPU time, which begins with the fork, and ends with the very end. Nothing may be missing.
     * But the clock goes on while the host of this machine has the processor, and no rusage counts that: a run to which that
     * has happened is made once more.
     */
    private Result runCountedRight(Command command) throws Exception {
        Result result = run(command);
        for (int more = 0; more < 20 && excess(result).compareTo(tolerance(result)) > 0; more++) {
            result = run(command);
        }
        assertAtMost(tolerance(result), excess(result));
        return result;
    }

    private static Duration excess(Result result) {
        Duration excess = taskClock(result).minus(cpu(result));
        assertAtMost(tolerance(result), excess.negated());
        return excess;
    }

    private static Duration tolerance(Result result) {
        return cpu(result).dividedBy(20).plusMillis(5);
    }

    private static Command touching(int pages) throws InterruptedException {
        Skip.unless(Probe.succeeds("python3", "-c", TOUCHES, "1"), "there is no python3 to touch pages with");
        return Command.of("python3", "-c", TOUCHES, Integer.toString(pages)).counters(Counter.PAGE_FAULTS);
    }

    private static long faults(Result result) {
        assertExited(0, result);
        return measured(result, Counter.PAGE_FAULTS).value().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(Containment.class)
    void clockOfABusyProgramIsItsCpuTime(Containment containment) throws Exception {
        Skip.unless(
                containment != Containment.CGROUP || Containment.obstacle().isEmpty(),
                "no cgroup can be made here: " + Containment.obstacle().orElse(""));
        Result result = runCountedRight(
                sh(BUSY).counters(Counter.TASK_CLOCK, Counter.CPU_CLOCK).containment(containment));
        Measured clock = measured(result, Counter.TASK_CLOCK);
        assertFalse(clock.userModeOnly(), "a clock counts all");
        assertFalse(clock.isScaled());
        assertTrue(measured(result, Counter.CPU_CLOCK).raw() > clock.raw() / 2);
        assertEquals(
                List.of(Counter.TASK_CLOCK, Counter.CPU_CLOCK),
                List.copyOf(result.counters().keySet()),
                "in the order in which they were asked for");
        assertThrows(
                UnsupportedOperationException.class, () -> result.counters().clear());
    }

    @Test
    void programsWithSettingsAreCountedFromTheirExecOn() throws Exception {
        Result ignored = runCountedRight(sh(BUSY).nice(1).umask(077).counters(Counter.TASK_CLOCK));
    }

    /** Again and again: it depends on when the kernel switches between them. */
    @RepeatedTest(10)
    void allProgramsOfAPipelineAreCounted() throws Exception {
        Command counted = sh(BUSY).counters(Counter.TASK_CLOCK);
        Result result = runCountedRight(counted.pipeTo(sh(BUSY)).pipeTo(sh(BUSY)));
        assertEquals(1, result.counters().size());
    }

    @Test
    void programsOnATerminalAreCounted() throws Exception {
        Result ignored = runCountedRight(sh(BUSY).terminal(80, 24).counters(Counter.TASK_CLOCK));
    }

    @Test
    void childrenThatNobodyHasWaitedForAreCounted() throws Exception {
        // cat(1) waits for its end, and its parent has ended by then: so it is in no rusage.
        Result result = run(sh("{ sh -c '" + BUSY + "' & } | cat").counters(Counter.TASK_CLOCK));
        Result waited = run(sh(BUSY));
        assertAtLeast(cpu(waited).dividedBy(2), taskClock(result).minus(cpu(result)));
    }

    @Test
    void childrenThatLiveOnAreCountedAsFarAsTheyHaveCome() throws Exception {
        Result waited = run(sh(BUSY));
        Result result = run(sh("mkfifo done; { " + BUSY + "; echo >done; exec sleep 60; } & read line <done")
                .directory(temp)
                .stdout(Output.discard())
                .stderr(Output.discard())
                .stragglers(StragglerPolicy.LEAVE)
                .counters(Counter.TASK_CLOCK));
        killEscaped();
        assertExited(0, result);
        assertAtLeast(cpu(waited).dividedBy(2), taskClock(result).minus(cpu(result)));
    }

    @Test
    void nothingIsCountedThatRunsBesideIt() throws Exception {
        long base = faults(run(touching(1)));
        List<Child> counted = new ArrayList<>();
        List<Child> others = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            others.add(start(touching(9_000).counters()));
            counted.add(start(touching(1 + 4_000 * index)));
            others.add(start(touching(7_000).counters()));
        }
        for (int index = 0; index < 4; index++) {
            long more = faults(counted.get(index).await()) - base;
            long expected = 4_000L * index;
            assertTrue(Math.abs(more - expected) < SLACK, more + " faults more than one page needs, not " + expected);
        }
        for (Child other : others) {
            assertEquals(Map.of(), other.await().counters());
        }
    }

    @Test
    void nothingIsCountedWithoutBeingAskedFor() throws Exception {
        Command command = sh("exit 3").counters(Counter.values());
        assertEquals(Map.of(), run(sh("exit 3")).counters());
        assertEquals(Map.of(), run(command.counters()).counters());
        Result result = run(command.counters(Counter.CYCLES, Counter.CYCLES));
        assertExited(3, result);
        assertEquals(1, result.counters().size());
    }

    @Test
    void whatTheHardwareDoesNotCountIsNotAZero() throws Exception {
        Result result = run(sh(BUSY).counters(Counter.values()));
        assertEquals(List.of(Counter.values()), List.copyOf(result.counters().keySet()));
        for (Counter counter : Counter.values()) {
            Count count = result.counters().get(counter);
            assertEquals(counter, count.counter());
            if (count instanceof Unavailable not) {
                assertEquals(OptionalLong.empty(), count.value());
                assertTrue(not.explanation().matches(".*\\(E[A-Z]+\\).*"), not.explanation());
            } else if (counter.isHardware()) {
                assertTrue(count.value().orElseThrow() > 0, count::toString);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/no/such/program", "/", "no-such-program"})
    void failedStartLeavesNothing(String program) {
        Command command = Command.of(program).counters(Counter.values());
        SpawnException plain = failure(supervisor, Command.of(program));
        for (Command failing : List.of(command, command.nice(1), command.containment(Containment.TREE))) {
            SpawnException e = failure(supervisor, failing);
            assertEquals(plain.kind(), e.kind());
            assertEquals(plain.getMessage(), e.getMessage());
        }
    }

    @Test
    void killedRunIsCountedUntilItsEnd() throws Exception {
        Result result =
                runCountedRight(sh("while :; do :; done").timeout(millis(300)).counters(Counter.TASK_CLOCK));
        assertTimedOutAndKilled(result);
    }

    @Test
    void programThatTheKernelKeepsToItselfIsNotAZero() throws Exception {
        Skip.unless(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "to make a program set-user-ID for another user needs root");
        Path program = Files.copy(Path.of("/bin/dd"), temp.resolve("dd"));
        Files.setAttribute(program, "unix:uid", 65534);
        Files.setAttribute(program, "unix:mode", 04755);
        Command command = Command.of(program.toString(), "if=/dev/zero", "of=/dev/null", "bs=1M", "count=2000");
        Result result = run(command.counters(Counter.TASK_CLOCK, Counter.PAGE_FAULTS));
        assertExited(0, result);
        for (Count count : result.counters().values()) {
            Unavailable not = assertInstanceOf(Unavailable.class, count);
            assertEquals(Count.Reason.NOT_COUNTED, not.reason());
        }
    }

    @Test
    void whatOnlyTheKernelDoesIsNotAZeroForAnOrdinaryUser() throws Exception {
        String[] become = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
        Skip.unless(
                Probe.succeeds(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-version"),
                "cannot run a JVM as another user: this needs root, setpriv(1), and a JDK that all may read");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        String level = Files.readString(Path.of("/proc/sys/kernel/perf_event_paranoid"))
                .strip();
        Skip.unless(level.equals("2"), "kernel.perf_event_paranoid is " + level + ", and not 2, the default");
        Jvm.of(temp, Counted.class, "unprivileged").fromJar().by(become).run().done();
    }

    @Test
    void filterOfSystemCallsIsTold() throws Exception {
        String number = System.getProperty("os.arch").equals("amd64") ? "298" : "241";
        Jvm.of(temp, Counted.class, "filtered")
                .by(SystemCallFilter.denying(number))
                .run()
                .done();
    }

    @Test
    void startOnAThreadWithItsOwnDescriptorsIsCounted() throws Exception {
        Jvm.of(temp, Counted.class, "unshared")
                .options("-Dleash.unsharedStarts=true")
                .run()
                .done();
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "virtual-with-settings"})
    void nothingIsCountedThatACarrierStarts(String how) throws Exception {
        Path fifo = temp.resolve("fifo");
        Skip.unless(Probe.succeeds("mkfifo", fifo.toString()), "there is no mkfifo(1)");
        Jvm.of(temp, Counted.class, how, fifo.toString())
                .options("-Djdk.virtualThreadScheduler.parallelism=3")
                .run()
                .done();
    }

    @Test
    void whatWasCountedInAPartOfTheTimeIsScaled() {
        Duration second = Duration.ofSeconds(1);
        Measured whole = new Measured(Counter.CYCLES, 1_000, second, second, false);
        assertFalse(whole.isScaled());
        assertEquals(OptionalLong.of(1_000), whole.value());
        Measured part = new Measured(Counter.CYCLES, 1_000, second, Duration.ofMillis(250), false);
        assertTrue(part.isScaled());
        assertEquals(OptionalLong.of(4_000), part.value());
    }
}
