package dev.leash.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.CpuThrottling;
import dev.leash.ExitStatus;
import dev.leash.Limit;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Rlimit;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.StopPlan;
import dev.leash.internal.contain.Cgroups;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A result tells which limit of the command was reached where that is certain, and nothing where it is not. */
@Timeout(60)
class LimitTest extends RunsCommands {
    private static final String BUSY = "while :; do :; done";

    @TempDir
    Path directory;

    private static ExitStatus signal(String name) {
        return new ExitStatus.Signaled(Signal.parse(name), false);
    }

    /** What sends a core file somewhere is of no interest here. */
    private static Command withoutCore(Command command) {
        return command.rlimit(Rlimit.CORE, 0);
    }

    @Test
    void programThatUsesUpItsCpuTimeIsEndedByThatLimit() throws Exception {
        Result result = run(withoutCore(sh(BUSY)).rlimit(Rlimit.CPU, 1));
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(signal("XCPU"), result.status());
        assertEquals(Set.of(Limit.CPU_TIME), result.limitsReached());
        assertTrue(result.toString().endsWith(": ended by SIGXCPU (limit of CPU time reached)"), result.toString());
    }

    @Test
    void programThatIgnoresTheSoftLimitIsKilledAndNothingIsSaidSinceAnybodyMayKill() throws Exception {
        Result result = run(sh("trap '' XCPU; " + BUSY).rlimit(Rlimit.CPU, 1));
        assertEquals(signal("KILL"), result.status());
        assertEquals(Set.of(), result.limitsReached());
    }

    @Test
    void programThatWritesTooLargeAFileIsEndedByThatLimit() throws Exception {
        Command writes = Command.of("head", "-c", "9000", "/dev/zero").stdout(Output.file(directory.resolve("file")));
        Result result = run(withoutCore(writes).rlimit(Rlimit.FSIZE, 5_000));
        assertEquals(signal("XFSZ"), result.status());
        assertEquals(Set.of(Limit.FILE_SIZE), result.limitsReached());
        assertTrue(result.toString().endsWith(" (limit of file size reached)"), result.toString());
        assertEquals(Set.of(), run(writes.rlimit(Rlimit.FSIZE, 9_000)).limitsReached());
    }

    @Test
    void everyProgramOfAPipelineCounts() throws Exception {
        Command writes = sh("exec head -c 9000 /dev/zero >" + directory.resolve("file"));
        Result result = run(withoutCore(writes).rlimit(Rlimit.FSIZE, 5_000).pipeTo(sh("cat; exit 0")));
        assertExited(0, result);
        assertEquals(Set.of(Limit.FILE_SIZE), result.limitsReached());
        Command other = withoutCore(sh("kill -XFSZ $$"));
        assertEquals(
                Set.of(),
                run(sh("exit 0").rlimit(Rlimit.FSIZE, 5_000).pipeTo(other)).limitsReached(),
                "the limit of another program");
    }

    @Test
    void signalWithoutTheLimitSaysNothing() throws Exception {
        assertEquals(Set.of(), run(withoutCore(sh("kill -XCPU $$"))).limitsReached());
        assertEquals(Set.of(), run(withoutCore(sh("kill -XFSZ $$"))).limitsReached());
        // What it has used is far from the limit.
        Result early = run(withoutCore(sh("kill -XCPU $$")).rlimit(Rlimit.CPU, 1_000));
        assertEquals(signal("XCPU"), early.status());
        assertEquals(Set.of(), early.limitsReached());
    }

    @Test
    void signalThatLeashItselfHasSentSaysNothing() throws Exception {
        Command sleeps = withoutCore(Command.of("sleep", "60")).rlimit(Rlimit.FSIZE, 5_000);
        Child child = start(sleeps);
        child.signal(Signal.parse("XFSZ"));
        Result result = checked(child.await());
        assertEquals(signal("XFSZ"), result.status());
        assertEquals(Set.of(), result.limitsReached());
        StopPlan plan =
                StopPlan.signal(Signal.parse("XFSZ")).then(millis(20_000)).kill();
        Result stopped = run(sleeps.stopPlan(plan).timeout(millis(200)));
        assertEquals(signal("XFSZ"), stopped.status());
        assertEquals(Set.of(), stopped.limitsReached());
    }

    @Test
    void whatOnlyTheProgramKnowsIsNotGuessed() throws Exception {
        assertEquals(
                Set.of(), run(sh("ulimit -v").rlimit(Rlimit.AS, 100_000_000)).limitsReached());
        Result shell = run(sh("head -c 9000 /dev/zero >" + directory.resolve("file") + "; exit 4")
                .rlimit(Rlimit.FSIZE, 5_000)
                .rlimit(Rlimit.CORE, 0));
        assertExited(4, shell);
        assertEquals(Set.of(), shell.limitsReached(), "whoever wrote was a child of the program");
        assertEquals(OptionalLong.empty(), run(sh("exit 0")).oomKills(), "it has no cgroup");
    }

    @Test
    void cpuTimeLeavesASecondBetweenItsLimits() throws Exception {
        assertEquals("7 8\n", run(limits().rlimit(Rlimit.CPU, 7)).stdout());
        assertEquals("7 7\n", run(limits().rlimit(Rlimit.CPU, 7, 7)).stdout());
        assertEquals(
                run(limits()).stdout(),
                run(limits().rlimit(Rlimit.CPU, Rlimit.UNLIMITED)).stdout());
    }

    private static Command limits() {
        return Command.of("awk", "/^Max cpu time/ { print $4, $5 }", "/proc/self/limits");
    }

    private static void assume(String controller) {
        String obstacle = Containment.obstacle().orElseGet(() -> Cgroups.obstacle(controller));
        Skip.unless(obstacle == null, "the controller " + controller + " cannot be used here: " + obstacle);
    }

    /** Takes so many MiB of memory. */
    private static String takes(int mebibytes) {
        return "head -c " + mebibytes + "M /dev/zero | tail -n 1 | wc -c";
    }

    @Test
    void memoryKillIsToldWhoeverItHits() throws Exception {
        assume("memory");
        Result killed = run(Command.of("tail", "-n", "1", "/dev/zero").memoryLimit(32 << 20));
        assertEquals(Cause.EXITED, killed.cause());
        assertEquals(signal("KILL"), killed.status());
        assertEquals(Set.of(Limit.MEMORY), killed.limitsReached());
        assertEquals(OptionalLong.of(1), killed.oomKills());
        assertTrue(
                killed.toString().endsWith(" (memory limit reached, 1 process killed by the OOM killer)"),
                killed.toString());
        Result below = run(sh(takes(64) + "; exit 0").memoryLimit(32 << 20));
        assertExited(0, below);
        assertEquals(Set.of(Limit.MEMORY), below.limitsReached());
        Result fits = run(sh(takes(8)).memoryLimit(64 << 20));
        assertExited(0, fits);
        assertEquals(Set.of(), fits.limitsReached());
        assertEquals(OptionalLong.of(0), fits.oomKills());
    }

    @Test
    void throttlingIsToldAndIsNoLimitReached() throws Exception {
        assume("cpu");
        Result slowed = run(sh(BUSY).cpuLimit(0.1).timeout(millis(1_500)));
        CpuThrottling throttling = slowed.cpuThrottling().orElseThrow();
        assertTrue(throttling.periods() >= throttling.throttledPeriods(), throttling::toString);
        assertTrue(throttling.throttledPeriods() > 0, throttling::toString);
        assertTrue(throttling.time().isPositive(), throttling::toString);
        assertEquals(Set.of(), slowed.limitsReached());
        CpuThrottling none =
                run(sh("sleep 0.3").cpuLimit(1_000)).cpuThrottling().orElseThrow();
        assertEquals(0, none.throttledPeriods(), none::toString);
    }

    @Test
    void whereThereIsNoCpuLimitNoThrottlingIsKnown() throws Exception {
        assertEquals(Optional.empty(), run(sh("exit 0")).cpuThrottling(), "it has no cgroup");
    }

    @Test
    void peakOfMemoryIsToldFromLinux519On() throws Exception {
        assume("memory");
        Result result = run(sh(takes(8)).memoryLimit(64 << 20));
        Skip.unless(result.peakMemory().isPresent(), "this kernel has no memory.peak: it needs Linux 5.19");
        long peak = result.peakMemory().getAsLong();
        assertTrue(peak >= 8 << 20 && peak <= 64 << 20, "peak " + peak);
    }

    private static Command allowedProcessors() {
        return Command.of("awk", "/^Cpus_allowed_list/ { print $2 }", "/proc/self/status");
    }

    @Test
    void processorsOfTheRunAreThoseItWasGiven() throws Exception {
        assume("cpuset");
        assertEquals("0\n", run(allowedProcessors().cpuset(0)).stdout());
        // No process of it gets out of that.
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/taskset")), "there is no taskset(1)");
        Skip.unless(Runtime.getRuntime().availableProcessors() > 1, "there is one processor only");
        assertEquals(
                "0\n",
                run(sh("taskset -p 3 $$ >&2; awk '/^Cpus_allowed_list/ { print $2 }' /proc/$$/status")
                                .cpuset(0))
                        .stdout());
    }

    @Test
    void processorThatIsNotThereIsNamed() {
        assume("cpuset");
        SpawnException refused =
                assertThrows(SpawnException.class, () -> run(allowedProcessors().cpuset(0, 4_000)));
        assertEquals(SpawnException.Kind.CONTAINMENT, refused.kind());
        assertTrue(refused.getMessage().contains("the processors 4000 cannot be had"), refused.getMessage());
    }

    /** Disks that there are, by their names in sysfs, which has none that is a partition. */
    private static Path disk() throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/sys/block"))) {
            for (Path each : all) {
                Path device = Path.of("/dev").resolve(each.getFileName());
                if (!Files.readString(each.resolve("size")).strip().equals("0") && Files.exists(device)) {
                    return device;
                }
            }
        }
        Skip.because("there is no disk in /sys/block and /dev");
        throw new AssertionError();
    }

    /** What the file of its cgroup says, for a shell. */
    private static String ofItsCgroup(String file) {
        return "cat \"$(awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo)"
                + "$(sed -n s/^0:://p /proc/self/cgroup)/" + file + "\"";
    }

    @Test
    void rateOfADiskIsInForce() throws Exception {
        assume("io");
        assume("memory");
        Path disk = disk();
        Result result =
                run(sh(ofItsCgroup("io.max")).deviceReadLimit(disk, 5 << 20).deviceWriteLimit(disk, 6 << 20));
        assertTrue(
                result.stdout().endsWith(" rbps=5242880 wbps=6291456 riops=max wiops=max\n"),
                result.stdout() + result.stderr());
        // Four seconds' worth, past the cache, meets the deadline.
        Command reads = Command.of("dd", "if=" + disk, "of=/dev/null", "bs=64k", "count=64", "iflag=direct");
        Skip.unless(run(reads).succeeded(), disk + " is too small, or cannot be read past the cache");
        Result slow = run(reads.deviceReadLimit(disk, 1 << 20).timeout(millis(1_000)));
        assertEquals(Cause.TIMED_OUT, slow.cause(), slow::stderr);
    }

    @Test
    void whatIsNoWholeDiskIsNamed() throws Exception {
        assume("io");
        assume("memory");
        SpawnException refused =
                assertThrows(SpawnException.class, () -> run(sh("exit 0").deviceReadLimit(Path.of("/dev/null"), 1)));
        assertEquals(SpawnException.Kind.CONTAINMENT, refused.kind());
        assertTrue(refused.getMessage().contains("/dev/null is no block device"), refused.getMessage());
    }

    @Test
    void refusedForkIsTold() throws Exception {
        assume("pids");
        Result refused =
                run(sh("for i in 1 2 3 4 5 6 7 8 9; do sleep 60 & done").pidsLimit(5));
        assertEquals(Set.of(Limit.PIDS), refused.limitsReached());
        assertEquals(Set.of(), run(sh("true | true").pidsLimit(20)).limitsReached());
    }
}
