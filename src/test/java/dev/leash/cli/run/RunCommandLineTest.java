package dev.leash.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Containment;
import dev.leash.SpecOf;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.contain.CgroupLimits;
import dev.leash.internal.contain.DeviceRate;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RunCommandLineTest {
    private static final StopStep KILL = new StopStep(9, 0);

    private static RunOptions parse(String... arguments) throws UsageException {
        return RunCommandLine.parse(List.of(arguments));
    }

    private static RunSpec run(String... arguments) throws UsageException {
        return SpecOf.run(parse(arguments).described());
    }

    private static ProgramSpec program(String... arguments) throws UsageException {
        return SpecOf.program(parse(arguments).described());
    }

    private static String error(String... arguments) {
        return assertThrows(UsageException.class, () -> parse(arguments)).getMessage();
    }

    @Test
    void optionsEndAtTheProgram() throws UsageException {
        assertEquals(
                List.of("echo", "--json", "--", "-x"),
                parse("echo", "--json", "--", "-x").command());
        assertEquals(
                List.of("echo", "--", "-x"), parse("--", "echo", "--", "-x").command());
        assertEquals(List.of("--json"), parse("--", "--json").command());
        assertEquals(List.of("", ""), parse("", "").command());
        assertEquals(
                List.of("@file", "\"quoted\"", "${x}"),
                parse("@file", "\"quoted\"", "${x}").command());
    }

    @Test
    void withoutOptionsThereIsNoLimitAndTheEndIsKill() throws UsageException {
        RunOptions options = parse("true");
        assertEquals(Long.MAX_VALUE, SpecOf.run(options.described()).timeoutNanos());
        assertEquals(List.of(KILL), SpecOf.run(options.described()).stopPlan());
        assertEquals(
                new OutputTarget.Captured(16 << 20, OutputTarget.Keep.STOP),
                SpecOf.program(options.described().stdout(options.capture()))
                        .outputs()
                        .get(1));
        assertFalse(options.elsewhere());
        assertEquals(List.of(), options.environment());
    }

    @Test
    void limitsOfAllTogetherImplyACgroup() throws UsageException {
        assertEquals(Containment.GROUP, run("x").containment());
        RunSpec limited = run("--memory=64M", "--pids=50", "--cpu=1.5", "x");
        assertEquals(Containment.CGROUP, limited.containment());
        assertEquals(new CgroupLimits(64 << 20, 50, 150_000), limited.limits());
        assertEquals(4L << 30, run("--memory=4G", "x").limits().memoryBytes(), "more than an array can hold");
        assertTrue(error("--memory=64M", "--containment=tree", "x").contains("need --containment cgroup"));
        assertTrue(error("--containment=jail", "x").contains("'strongest', not 'jail'"));
        for (String wrong :
                List.of("--pids=0", "--pids=x", "--cpu=0", "--cpu=NaN", "--memory=lots", "--memory=9999999999G")) {
            assertTrue(error(wrong, "x").startsWith(wrong.substring(0, wrong.indexOf('='))), wrong);
        }
    }

    @Test
    void aLimitOfNothingIsNotTakenForNoLimit() {
        for (String wrong : List.of("--memory=0", "--memory=0G", "--cpu=0.0", "--cpu=.", "--pids=00")) {
            assertTrue(error(wrong, "x").startsWith(wrong.substring(0, wrong.indexOf('='))), wrong);
        }
    }

    @Test
    void processorsAreAListAsTheKernelWritesIt() throws UsageException {
        RunSpec limited = run("--cpuset=0-2,7", "x");
        assertEquals(Set.of(0, 1, 2, 7), limited.limits().cpus());
        assertEquals(Containment.CGROUP, limited.containment());
        for (String wrong : List.of("", "x", "1-", "-1", "3-1", "1,,2", "65536", "0-99999", "1 2", "0-3:2")) {
            String said = error("--cpuset=" + wrong, "x");
            assertTrue(said.startsWith("--cpuset needs") && said.endsWith("not '" + wrong + "'"), said);
        }
        assertTrue(error("--cpuset=0", "--containment=group", "x").contains("need --containment cgroup"));
    }

    @Test
    void diskHasItsRateBehindTheLastColon() throws UsageException {
        RunSpec limited =
                run("--device-read=/dev/sda:10M", "--device-write", "/dev/sda:1k", "--device-read=/a:b:1", "x");
        assertEquals(
                List.of(new DeviceRate(Path.of("/a:b"), 1, 0), new DeviceRate(Path.of("/dev/sda"), 10 << 20, 1 << 10)),
                limited.limits().devices());
        assertEquals(Containment.CGROUP, limited.containment());
        for (String option : List.of("--device-read", "--device-write")) {
            for (String wrong : List.of("/dev/sda", "10M", ":10M", "/dev/sda:", "/dev/sda:0", "/dev/sda:fast")) {
                assertTrue(error(option, wrong, "x").startsWith(option + " "), wrong);
            }
        }
    }

    @Test
    void processorsAreAPlainNumber() throws UsageException {
        assertEquals(50_000, run("--cpu=.5", "x").limits().cpuMicros());
        for (String wrong : List.of("--cpu=2d", "--cpu=2f", "--cpu=0x2p0", "--cpu= 2", "--cpu=1e1", "--cpu=")) {
            assertTrue(error(wrong, "x").startsWith("--cpu needs a number"), wrong);
        }
    }

    @Test
    void settingsOfTheProgramHaveTheirRange() throws UsageException {
        assertEquals(ProcessSettings.NONE, program("x").settings());
        assertEquals(-5, program("--nice=-5", "x").settings().niceness());
        assertEquals(
                64, program("--nofile=64", "x").settings().limits().getFirst().hard());
        assertTrue(error("--nice=20", "x").contains("from -20 to 19"));
        assertTrue(error("--nofile=3", "x").contains("from 4"));
    }

    @Test
    void signalAndGraceMakeThePlan() throws UsageException {
        assertEquals(
                List.of(new StopStep(15, 5_000_000_000L), KILL),
                run("--grace=5s", "x").stopPlan());
        assertEquals(
                List.of(new StopStep(2, 2_000_000_000L), KILL),
                run("--signal", "INT", "x").stopPlan());
        assertEquals(
                List.of(new StopStep(2, 1_000_000L), KILL),
                run("--signal=2", "--grace", "1ms", "x").stopPlan());
        assertEquals(List.of(KILL), run("--signal=SIGKILL", "x").stopPlan());
    }

    @Test
    void valuesAreTakenAsTheyAre() throws UsageException {
        RunOptions options =
                parse("--env", "A=b=c", "--env=\u00ff=\u00fe", "--env", "E=", "--directory", "-d \"x\"", "x");
        assertEquals(List.of("A=b=c", "\u00ff=\u00fe", "E="), options.environment());
        assertTrue(options.elsewhere());
        Directory directory = SpecOf.program(options.described()).directory();
        assertEquals("-d \"x\"", new String(((Directory.Path) directory).path(), StandardCharsets.ISO_8859_1));
    }

    @Test
    void theLastOfTwoCounts() throws UsageException {
        assertEquals(
                2_000_000_000L, run("--timeout", "1s", "--timeout", "2s", "x").timeoutNanos());
    }

    @Test
    void helpIsNoOptionsAtAll() throws UsageException {
        assertNull(parse("--help"));
        assertNull(parse("--json", "-h", "--foo"));
        assertEquals(List.of("--help"), parse("--", "--help").command());
    }

    @Test
    void nonsenseIsOneSentence() {
        assertEquals("no program to run was given; try 'leash run --help'", error());
        assertEquals("no program to run was given; try 'leash run --help'", error("--json", "--"));
        assertTrue(error("--foo", "x").contains("'--foo'"));
        assertTrue(error("--timeout").contains("'--timeout'"));
        assertTrue(error("--signal", "FOO", "x").contains("'FOO'"));
        assertTrue(error("--stragglers", "maybe", "x").contains("'maybe'"));
        assertTrue(error("--env", "=x", "x").contains("'=x'"));
        assertTrue(error("--output-limit", "1k", "x").contains("--json"));
        assertTrue(error("--grace", "1s", "--signal", "KILL", "x").contains("--grace"));
        for (String[] line : new String[][] {{}, {"--foo", "x"}, {"--timeout"}, {"--json=maybe", "x"}}) {
            assertEquals(-1, error(line).indexOf('\n'));
        }
    }
}
