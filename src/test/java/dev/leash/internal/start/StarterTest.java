package dev.leash.internal.start;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Containment;
import dev.leash.SpawnException;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.Processes;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.Specs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A run's programs are started from left to right; where one cannot be, those before it are taken back. */
@Timeout(60)
class StarterTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final CallState state = CallState.create();
    private final String marker = ProcScan.newMarker();
    private final List<String> told = new ArrayList<>();

    private final StartListener listener = new StartListener() {
        @Override
        public void stageComes(ProgramSpec stage) {
            told.add("program " + new String(stage.arguments().getFirst(), UTF_8));
        }

        @Override
        public void childComes() {
            told.add("child");
        }

        @Override
        public void born(CallState callState, int pid, boolean leader) {
            if (leader) {
                told.add("leader");
            }
        }
    };

    @AfterEach
    void nothingIsLeft() {
        assertEquals(List.of(), ProcScan.withMarker(marker));
    }

    private ProgramSpec program(String... words) {
        return Specs.program(1_000, words)
                .environment(ChildEnvironment.of(List.of(
                        "PATH=/usr/bin:/bin".getBytes(UTF_8),
                        (ProcScan.MARKER_VARIABLE + "=" + marker).getBytes(UTF_8))))
                .build();
    }

    private static StartResources resources(Containment containment, ProgramSpec... programs) throws SpawnException {
        RunSpec spec = RunSpec.of(List.of(programs)).containment(containment).build();
        StartResources resources =
                new StartResources(spec, new ChildSlot(), new Patience(Long.MAX_VALUE, () -> false, () -> false));
        resources.acquire(ProcessSets.AS_SPECIFIED, null);
        return resources;
    }

    private SpawnException failure(StartResources resources) {
        return assertThrows(SpawnException.class, () -> Starter.start(state, resources, listener));
    }

    private void end(Started started) {
        for (Started.Program program : started.stages()) {
            int ignored = Processes.kill(state, program.pid(), StopStep.SIGKILL);
            assertEquals(program.pid(), Processes.reapWaiting(state, program.pid()));
            program.closeOwnEnds(state);
            Descriptors.close(state, program.pidfd());
        }
    }

    @Test
    void programsAreStartedInOrderAndOfOneGroup() throws Exception {
        Started started = Starter.start(
                state, resources(Containment.GROUP, program("sleep", "600"), program("cat"), program("wc")), listener);
        try {
            assertEquals(
                    List.of("program sleep", "child", "leader", "program cat", "child", "program wc", "child"), told);
            int leader = started.stages().getFirst().pid();
            for (Started.Program program : started.stages()) {
                assertEquals(leader, ProcScan.of(program.pid()).orElseThrow().pgrp());
                assertTrue(program.childsEnds().isEmpty(), "what only the child needs is closed");
            }
        } finally {
            end(started);
        }
    }

    /** Two descriptors of this process, each under the number of the other: as chance may have it. */
    @Test
    void descriptorsThatHaveEachOthersNumbersAreNotMixedUp(@TempDir Path folder) throws Exception {
        int first = Descriptors.open(state, folder.resolve("first").toString().getBytes(UTF_8), OpenFlags.TRUNCATE);
        int second = Descriptors.open(state, folder.resolve("second").toString().getBytes(UTF_8), OpenFlags.TRUNCATE);
        ProgramSpec program = Specs.program(
                        1_000,
                        "sh",
                        "-c",
                        "printf first >/proc/self/fd/" + second + "; printf second >/proc/self/fd/" + first)
                .output(second, new OutputTarget.Descriptor(first))
                .output(first, new OutputTarget.Descriptor(second))
                .build();
        Started started = Starter.start(state, resources(Containment.GROUP, program), listener);
        int pid = started.stages().getFirst().pid();
        assertEquals(pid, Processes.reapWaiting(state, pid));
        started.stages().getFirst().closeOwnEnds(state);
        Descriptors.close(state, started.stages().getFirst().pidfd());
        Descriptors.close(state, first);
        Descriptors.close(state, second);
        assertEquals("first", Files.readString(folder.resolve("first")));
        assertEquals("second", Files.readString(folder.resolve("second")));
    }

    @Test
    void whereTheLastOfThreeIsMissingTheOthersAreKilledAndReaped() throws Exception {
        StartResources resources = resources(
                Containment.GROUP, program("sleep", "600"), program("sleep", "600"), program("no-such-program"));
        LeakCheck.Baseline before = LeakCheck.now();
        SpawnException failure = failure(resources);
        assertEquals(SpawnException.Kind.NOT_FOUND, failure.kind());
        assertEquals(List.of(), before.leaked(), "at the moment of the exception");
        assertEquals(List.of(), resources.programs());
    }

    @Test
    void whereTheFirstIsMissingNoOtherIsStarted() throws Exception {
        StartResources resources = resources(Containment.GROUP, program("no-such-program"), program("sleep", "1"));
        LeakCheck.Baseline before = LeakCheck.now();
        failure(resources);
        assertEquals(List.of(), before.leaked());
        assertEquals(List.of("program no-such-program"), told, "not even a child is tried");
    }

    /** By the time that the second fails, the first may have done anything. */
    @Test
    void whatAProgramHasStartedBeforeIsKilledWithIt() throws Exception {
        StartResources resources = resources(
                Containment.TREE,
                program("sh", "-c", "sleep 600 & setsid sleep 600 & (setsid sleep 600 &); wait"),
                program("no-such-program"));
        StartListener waiting = new StartListener() {
            @Override
            public void stageComes(ProgramSpec stage) {
                if (stage == resources.spec().stages().getLast()) {
                    eventually(
                            "all of them are there",
                            () -> ProcScan.withMarker(marker).stream()
                                            .filter(info -> info.name().equals("sleep"))
                                            .count()
                                    == 3);
                }
            }

            @Override
            public void born(CallState callState, int pid, boolean leader) {}
        };
        assertThrows(SpawnException.class, () -> Starter.start(state, resources, waiting));
        eventually("all are dead", () -> ProcScan.withMarker(marker).isEmpty());
    }
}
