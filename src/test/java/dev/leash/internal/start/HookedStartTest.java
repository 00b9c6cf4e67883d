package dev.leash.internal.start;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.SpawnException;
import dev.leash.internal.contain.PreExecHook;
import dev.leash.internal.contain.ProcessGroup;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import dev.leash.support.Specs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody passes the fifo who was not served, whatever the timing. */
@Timeout(60)
class HookedStartTest {
    private static final int PROGRAMS = 12;

    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** The next program comes to the fifo when the one before it has just passed: sometimes it stands open still. */
    @RepeatedTest(40)
    void nextProgramDoesNotSlipThroughTheGateThatWasOpenedForThisOne() throws Exception {
        Recorder recorder = new Recorder();
        // Twice is harmless, and may be: execve(2) lets the thread that starts go on before it gives the child another
        // name.
        assertEquals(
                start(recorder, PROGRAMS), recorder.served.stream().distinct().toList());
    }

    /** Their pids. */
    private static List<Integer> start(Recorder recorder, int programs) throws SpawnException {
        return start(recorder, programs, false);
    }

    private static List<Integer> start(Recorder recorder, int programs, boolean fifoVanishes) throws SpawnException {
        RunSpec spec = RunSpec.of(
                        Collections.nCopies(programs, Specs.program(0, "true").build()))
                .drainNanos(0)
                .build();
        List<Integer> pids = new ArrayList<>();
        StartResources custody =
                new StartResources(spec, new ChildSlot(), new Patience(Long.MAX_VALUE, () -> false, () -> false));
        try (CallState state = CallState.open()) {
            custody.acquire(wanted -> recorder, null);
            ExecFifo fifo = Objects.requireNonNull(custody.fifo());
            if (fifoVanishes) {
                recorder.vanishing = Path.of(fifo.place() + fifo.id());
            }
            Started started = HookedStart.start(custody, fifo);
            for (Started.Program program : started.stages()) {
                pids.add(program.pid());
                Processes.reapWaiting(state, program.pid());
                Descriptors.close(state, program.pidfd());
                program.ownEnds().forEach(end -> Descriptors.close(state, end.fd()));
            }
        } finally {
            custody.dismantleFifo();
        }
        return pids;
    }

    /** It bears the name that the child will have, and its pid is lower. */
    @Test
    void childOfAnotherStartWithTheSameNameIsNotServed() throws Exception {
        List<RawChild> impostors = new ArrayList<>();
        try {
            long next = HookedStart.COUNT.get() + 1;
            for (long number = next; number < next + 5; number++) {
                String name = HookedStart.name(number);
                RawChild impostor = RawChild.start("sh", "-c", "printf " + name + " >/proc/self/comm; sleep 600; :");
                impostors.add(impostor);
                eventually("it has the name", () -> ProcScan.children().stream()
                        .anyMatch(child -> child.name().equals(name)));
            }
            Recorder recorder = new Recorder();
            assertEquals(start(recorder, 3), recorder.served.stream().distinct().toList());
        } finally {
            impostors.forEach(RawChild::close);
        }
    }

    /** As what cleans the folder for temporary files may do. */
    @Test
    void fifoThatIsRemovedWhileAChildWaitsKeepsItNoLonger() throws Exception {
        Recorder recorder = new Recorder();
        assertEquals(
                start(recorder, 1, true), recorder.served.stream().distinct().toList());
    }

    @Test
    void fifoThatIsRemovedBeforeAChildComesIsNamed() {
        SpawnException failed = assertThrows(SpawnException.class, () -> start(new Recorder(), 2, true));
        assertEquals(SpawnException.Kind.CONTAINMENT, failed.kind());
        assertTrue(failed.getMessage().contains("another process has removed "), failed.getMessage());
    }

    /** As another process of the same user may do. */
    @RepeatedTest(20)
    void whatOpensTheFifoLetsNothingPassThatWasNotServed() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger opened = new AtomicInteger();
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        // Those of other JVMs are left alone: they would fail for it.
        String ofThisJvm = "leash-gate-*-" + ProcScan.self() + "-*";
        Thread opener = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                try (DirectoryStream<Path> fifos = Files.newDirectoryStream(folder, ofThisJvm)) {
                    for (Path fifo : fifos) {
                        opened.addAndGet(open(fifo) ? 1 : 0);
                    }
                } catch (IOException | DirectoryIteratorException e) {
                    Thread.onSpinWait(); // it is gone
                }
            }
        });
        Recorder recorder = new Recorder();
        try {
            do {
                List<Integer> pids = start(recorder, 3);
                assertTrue(recorder.served.containsAll(pids), () -> pids + " and served " + recorder.served);
            } while (opened.get() == 0);
        } catch (SpawnException e) {
            assertEquals(SpawnException.Kind.CONTAINMENT, e.kind());
            assertTrue(e.getMessage().contains("another process opens " + folder), e.getMessage());
        } finally {
            over.set(true);
            opener.join();
        }
    }

    /** Those of another user cannot be, and each may be gone. */
    private static boolean open(Path fifo) {
        try {
            new RandomAccessFile(fifo.toFile(), "rw").close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static final class Recorder implements ProcessSet.Factory, PreExecHook {
        private final List<Integer> served = new ArrayList<>();

        /** A file that something removes while the child waits. */
        private @Nullable Path vanishing;

        @Override
        public ProcessSet of(CallState state, int leaderPid, int leaderPidfd) {
            return ProcessGroup.FACTORY.of(state, leaderPid, leaderPidfd);
        }

        @Override
        public PreExecHook preExecHook() {
            return this;
        }

        @Override
        public void run(int pid) throws IOException {
            served.add(pid);
            if (vanishing != null) {
                Files.deleteIfExists(vanishing);
            }
        }
    }
}
