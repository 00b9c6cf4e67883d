package dev.leash.containment;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.Straggler.Membership;
import dev.leash.StragglerPolicy;
import dev.leash.Supervisor;
import dev.leash.forked.Guarded;
import dev.leash.forked.Jvm;
import dev.leash.forked.NoDescriptorLeft;
import dev.leash.forked.OwnCgroup;
import dev.leash.support.Children;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@link Containment#CGROUP} holds, where cgroups can be made. */
@Timeout(60)
class CgroupTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final String marker = ProcScan.newMarker();
    private Supervisor supervisor;
    private List<Path> before;

    @BeforeEach
    void open() throws IOException {
        Skip.unless(
                Containment.obstacle().isEmpty(),
                "no cgroup can be made here: " + Containment.obstacle().orElse(""));
        before = cgroups();
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() throws IOException {
        if (supervisor == null) {
            return;
        }
        supervisor.close();
        ProcScan.withMarker(marker)
                .forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
        eventually("all cgroups are removed", () -> before.containsAll(cgroups())); // others' may go meanwhile
    }

    private static String mount() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> line.split(" ", -1)[4])
                .findFirst()
                .orElseThrow();
    }

    /** The cgroups that JVMs have made for their runs, wherever the hierarchy is. */
    private static List<Path> cgroups() throws IOException {
        List<Path> found = new ArrayList<>();
        String own = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .filter(line -> line.startsWith("0::"))
                .map(line -> line.substring(3))
                .findFirst()
                .orElseThrow();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of(mount() + own), "leash-*")) {
            all.forEach(found::add);
        }
        found.sort(null);
        return found;
    }

    private static Command child(String name, String... arguments) {
        return Command.of(Children.path(name)).args(arguments).containment(Containment.CGROUP);
    }

    private List<ProcScan.Info> alive() {
        return ProcScan.withMarker(marker);
    }

    @Test
    void programIsInItsCgroupBeforeItsFirstInstruction() throws Exception {
        for (int round = 0; round < 10; round++) {
            Result result =
                    supervisor.run(Command.of("cat", "/proc/self/cgroup").containment(Containment.CGROUP));
            assertTrue(result.succeeded(), result.toString());
            String own = result.stdout()
                    .lines()
                    .filter(line -> line.startsWith("0::"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(own.contains("/leash-"), own);
        }
    }

    @Test
    void whatForgetsItsEnvironmentAndEverybodyIsKilled() throws Exception {
        Result result = supervisor.run(child("contain-forgets", marker));
        assertEquals(Cause.EXITED, result.cause());
        assertEquals(List.of(), alive());
        assertTrue(result.stragglersKilled() >= 1, result.killed().toString());
        assertTrue(
                result.killed().stream().anyMatch(straggler -> straggler.membership() == Membership.CGROUP),
                result.killed().toString());
    }

    /** Its own list of processes cannot be read. */
    @Test
    void threadedCgroupBelowDoesNotKeepSignalsFromTheMembers() throws Exception {
        Child child = supervisor.start(Command.shell("below=$0$(sed -n s/^0:://p /proc/self/cgroup)/below; mkdir $below"
                        + " && echo threaded >$below/cgroup.type || exit 9; trap 'exit 3' TERM; echo set;"
                        + " while :; do sleep 0.1; done")
                .args(mount())
                .containment(Containment.CGROUP)
                .stdout(Output.pipe())
                .stopPlan(StopPlan.signal(Signal.TERM)
                        .then(Duration.ofSeconds(30))
                        .kill()));
        assertEquals('s', child.stdout().read());
        child.stop();
        assertEquals(new ExitStatus.Exited(3), child.await().status());
        assertFalse(child.await().searchFailed());
    }

    @Test
    void runsEndThoughNoDescriptorIsLeft(@TempDir Path directory) throws Exception {
        Jvm.of(directory, NoDescriptorLeft.class)
                .after("ulimit -n 200")
                .fromJar()
                .run()
                .done();
    }

    /** The table of mounts has the bytes of each path as they are. */
    @Test
    void mountWhosePathIsNoTextIsInNobodysWay(@TempDir Path directory) throws Exception {
        String[] wrapper = {
            "unshare",
            "--mount",
            "sh",
            "-c",
            "d=$0/$(printf 'caf\\351') && mkdir $d && mount -t tmpfs none $d && exec \"$@\"",
            directory.toString()
        };
        List<String> probe = new ArrayList<>(List.of(wrapper));
        probe.set(4, "mount -t tmpfs none $0");
        Skip.unless(new ProcessBuilder(probe).start().waitFor() == 0, "nothing can be mounted here");
        Jvm.of(directory, OwnCgroup.class).by(wrapper).run().done();
    }

    /** A check on the test above: a group does not hold this one. */
    @Test
    void groupDoesNotHoldWhatForgetsItsEnvironment() throws Exception {
        supervisor.run(child("contain-forgets", marker).containment(Containment.GROUP));
        assertFalse(alive().isEmpty());
    }

    @Test
    void whoForksWhileItIsKilledIsKilled() throws Exception {
        Result result = supervisor.run(child("contain-forks", marker).timeout(Duration.ofMillis(500)));
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertEquals(List.of(), result.survivors());
        assertEquals(List.of(), alive());
    }

    @Test
    void gracefulSignalReachesEachProcessOnce(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("log");
        Child child = supervisor.start(child("contain-counts", log.toString())
                .stopPlan(
                        StopPlan.signal(Signal.INT).then(Duration.ofSeconds(20)).kill()));
        eventually(
                "five are ready",
                () -> Files.exists(log)
                        && Files.readAllLines(log).stream()
                                        .filter(line -> line.startsWith("ready-"))
                                        .count()
                                == 5);
        child.stop();
        Result result = child.await();
        assertEquals(
                List.of("leader", "pair-1", "pair-2", "session", "solo"),
                Files.readAllLines(log).stream()
                        .filter(line -> !line.startsWith("ready-"))
                        .sorted()
                        .toList());
        assertTrue(result.wallTime().toSeconds() < 15, "the wait ends when everything is gone");
        assertEquals(1, result.stopSteps().size());
    }

    @Test
    void theEndIsSeenByItsEvent() throws Exception {
        Child child = supervisor.start(Command.shell("(setsid sleep 0.5 &) ; trap '' TERM; sleep 0.1")
                .containment(Containment.CGROUP)
                .stopPlan(StopPlan.signal(Signal.TERM)
                        .then(Duration.ofSeconds(30))
                        .kill()));
        child.stop();
        assertTrue(child.await(Duration.ofSeconds(10)).isPresent());
    }

    @Test
    void stragglersThatAreToBeLeftLiveOnAndTheCgroupIsRemoved() throws Exception {
        supervisor.run(child("contain-daemon", marker).stragglers(StragglerPolicy.LEAVE));
        eventually("the daemon runs", () -> !alive().isEmpty());
        eventually("the cgroup is gone", () -> before.containsAll(cgroups()));
        assertFalse(alive().isEmpty());
    }

    @Test
    void startThatFailsSaysWhyAndLeavesNothing() throws Exception {
        SpawnException missing = assertThrows(
                SpawnException.class,
                () -> supervisor.run(Command.of("/no-exist").containment(Containment.CGROUP)));
        assertEquals(SpawnException.Kind.NOT_FOUND, missing.kind());
        assertEquals("/no-exist", missing.path());
        SpawnException directory = assertThrows(
                SpawnException.class, () -> supervisor.run(Command.of("/tmp").containment(Containment.CGROUP)));
        assertEquals(SpawnException.Kind.IS_DIRECTORY, directory.kind());
        assertTrue(before.containsAll(cgroups()), "others' may go meanwhile");
    }

    @Test
    void scriptWithoutItsFirstLineIsStartedToo(@TempDir Path directory) throws Exception {
        Path script = Files.writeString(directory.resolve("script"), "grep -c leash- /proc/self/cgroup\n");
        assertTrue(script.toFile().setExecutable(true));
        Result result = supervisor.run(Command.of(script.toString()).containment(Containment.CGROUP));
        assertEquals("1\n", result.stdout());
    }

    @Test
    void manyAtATime() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Result>> runs = new ArrayList<>();
            for (int number = 0; number < 40; number++) {
                String text = "number " + number;
                runs.add(() -> supervisor.run(Command.shell("echo '" + text + "'; cat /proc/self/cgroup")
                        .containment(Containment.CGROUP)));
            }
            int number = 0;
            for (Future<Result> run : threads.invokeAll(runs)) {
                assertTrue(run.get().stdout().startsWith("number " + number + "\n"));
                assertTrue(run.get().stdout().contains("/leash-"), run.get().stdout());
                number++;
            }
        }
    }

    @Test
    void cpuTimeIncludesThoseWhomNobodyWaitedFor() throws Exception {
        Result result = supervisor.run(Command.shell("(setsid sh -c 'i=0; while :; do i=$((i+1)); done' &) ; sleep 2")
                .containment(Containment.CGROUP));
        assertTrue(
                result.totalCpuTime().orElseThrow().toMillis() > 50,
                result.totalCpuTime().toString());
        // However slow this machine is: what the program and those that it waited for have used is the smaller part.
        Duration waitedFor = result.usage().userTime().plus(result.usage().systemTime());
        assertTrue(result.totalCpuTime().orElseThrow().compareTo(waitedFor) > 0, result::toString);
    }

    @Test
    void limitThatIsNotToBeHadSaysWhatIsMissing() throws Exception {
        Path controllers = cgroupFile("cgroup.controllers");
        boolean memory =
                List.of(Files.readString(controllers).strip().split(" ", -1)).contains("memory");
        Skip.unless(!memory, "memory can be limited here");
        SpawnException refused = assertThrows(
                SpawnException.class, () -> supervisor.run(Command.of("true").memoryLimit(1 << 20)));
        assertEquals(SpawnException.Kind.CONTAINMENT, refused.kind());
        assertTrue(refused.getMessage().contains("memory"), refused.getMessage());
        assertTrue(refused.getMessage().contains(controllers.toString()), refused.getMessage());
        assertTrue(before.containsAll(cgroups()), "others' may go meanwhile");
    }

    private static Path cgroupFile(String name) throws IOException {
        String mount = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> line.split(" ", -1)[4])
                .findFirst()
                .orElseThrow();
        return Path.of(mount, name);
    }

    @Test
    void cgroupsOfAJvmThatWasKilledAreEndedByItsGuardian(@TempDir Path directory) throws Exception {
        try (Jvm.Running jvm =
                Jvm.of(directory, Guarded.class, marker, "16", "cgroup").start()) {
            eventually("ready", () -> jvm.out().contains("ready"));
            eventually("they live", () -> !alive().isEmpty());
            jvm.process().destroyForcibly().waitFor();
            eventually("nobody is left", () -> alive().isEmpty());
            eventually("the cgroups are removed", () -> before.containsAll(cgroups()));
        }
    }

    @Test
    void cgroupsOfAJvmThatWasKilledWithItsGuardianAreEndedByTheNextOne(@TempDir Path directory) throws Exception {
        try (Jvm.Running jvm = Jvm.of(directory, Guarded.class, marker, "4", "cgroup-unguarded")
                .start()) {
            eventually("ready", () -> jvm.out().contains("ready"));
            jvm.process().destroyForcibly().waitFor();
        }
        assertFalse(Eventually.within(Duration.ofMillis(300), () -> alive().isEmpty()));
        Path second = Files.createDirectory(directory.resolve("second"));
        try (Jvm.Running jvm = Jvm.of(second, Guarded.class, ProcScan.newMarker(), "1", "cgroup")
                .start()) {
            eventually("ready", () -> jvm.out().contains("ready"));
            assertEquals(List.of(), alive());
        }
    }

    /** A child waits at a file in the folder for such until it has its settings. */
    @Test
    void gateOfAJvmThatIsGoneIsRemovedByTheNextOne(@TempDir Path directory) throws Exception {
        String namespace =
                Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString().replaceAll("\\D", "");
        String name = "leash-gate-" + namespace + "-" + ProcScan.self() + "-";
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String start = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
        Path ofTheDead = Files.createFile(directory.resolve(name + "1-abc")); // who had our number long ago
        Path ofTheLiving = Files.createFile(directory.resolve(name + start + "-abc"));
        Path ofOthers = Files.createFile(directory.resolve("leash-gate-1-2-3-abc")); // in another pid namespace
        try (Jvm.Running jvm = Jvm.of(directory, Guarded.class, marker, "1", "cgroup nicer")
                .options("-Djava.io.tmpdir=" + directory)
                .start()) {
            eventually("ready", () -> jvm.out().contains("ready"));
        }
        assertFalse(Files.exists(ofTheDead));
        assertTrue(Files.exists(ofTheLiving));
        assertTrue(Files.exists(ofOthers));
        eventually("nobody is left", () -> alive().isEmpty());
    }

    @Test
    void jvmThatIsKilledDuringStartsLeavesNothing(@TempDir Path directory) throws Exception {
        for (int round = 0; round < 5; round++) {
            Path folder = Files.createDirectory(directory.resolve("round-" + round));
            try (Jvm.Running jvm =
                    Jvm.of(folder, Guarded.class, marker, "1000", "cgroup").start()) {
                eventually("it starts children", () -> alive().size() > 1);
                jvm.process().destroyForcibly().waitFor();
                eventually("nobody is left", () -> alive().isEmpty());
            }
        }
    }

    @Test
    void commandThatIsRefusedHasMadeNothing() throws Exception {
        Command command = Command.of("true").containment(Containment.CGROUP);
        assertTrue(supervisor.run(command).succeeded());
        supervisor.close();
        eventually("the cgroup of the run is removed", () -> before.containsAll(cgroups()));
        List<String> descriptors = LeakCheck.descriptors();
        for (int round = 0; round < 50; round++) {
            assertThrows(java.util.concurrent.RejectedExecutionException.class, () -> supervisor.run(command));
            assertThrows(java.util.concurrent.RejectedExecutionException.class, () -> supervisor.start(command));
        }
        assertTrue(before.containsAll(cgroups()), "others' may go meanwhile");
        assertEquals(descriptors, LeakCheck.descriptors());
    }

    @Test
    void startThatFailsGivesItsCgroupBack() throws Exception {
        List<Command> failing = List.of(
                Command.of("/no/such/program"),
                Command.of("true").stdin(Stdin.file(Path.of("/no/such/file"))),
                Command.of("true").directory(Path.of("/no/such/directory")),
                Command.of("true").pipeTo(Command.of("/no/such/program")));
        for (int round = 0; round < 5; round++) {
            for (Command command : failing) {
                assertThrows(SpawnException.class, () -> supervisor.start(command.containment(Containment.CGROUP)));
                assertThrows(SpawnException.class, () -> supervisor.run(command.containment(Containment.CGROUP)));
            }
        }
        eventually("all are given back", () -> before.containsAll(cgroups()));
    }
}
