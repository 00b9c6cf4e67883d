package dev.leash.internal.start;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.SpawnException;
import dev.leash.forked.Jvm;
import dev.leash.forked.Nice;
import dev.leash.forked.Opaque;
import dev.leash.internal.proc.AddressSpace;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.SpawnRequest;
import dev.leash.internal.spawn.Spawner;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SpawnAttributes;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import dev.leash.support.Skip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A child is held up between fork and exec until it is let pass, or refused. */
@Timeout(60)
class ExecFifoTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** Which the waiting child bears, as it does its thread's memory: it has no other name yet. */
    private static final String THREAD = "fifo-" + ProcessHandle.current().pid() % 1_000_000;

    private ExecFifo fifo;

    @BeforeEach
    void make() throws Exception {
        fifo = ExecFifo.create();
    }

    @AfterEach
    void dismantle() {
        fifo.dismantle();
        assertFalse(Files.exists(path()));
    }

    private Path path() {
        return Path.of(fifo.place() + fifo.id());
    }

    /** Starts true(1) on a thread of its own, which gets the status when that has ended. */
    private CompletableFuture<Integer> startThrough() {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Thread.ofPlatform().name(THREAD).start(() -> {
            try (CallState state = CallState.open()) {
                int pid = Spawner.spawn(
                        state,
                        new SpawnRequest(
                                List.of("true".getBytes(UTF_8)),
                                ChildEnvironment.INHERITED,
                                new Directory.Inherited(),
                                List.of(),
                                SpawnAttributes.CLEAN,
                                3,
                                fifo.files(),
                                SpawnRequest.Holder.NONE),
                        new ChildSlot());
                assertEquals(pid, Processes.reapWaiting(state, pid));
                status.complete(state.waits().exit().code());
            } catch (SpawnException | RuntimeException | Error e) {
                status.completeExceptionally(e);
            }
        });
        eventually(
                "a child waits",
                () -> status.isDone()
                        || ProcScan.children().stream()
                                .anyMatch(child -> child.name().equals(THREAD) && child.state() == 'S'));
        return status;
    }

    /** So that it can be told from a process that only has its name. */
    @Test
    void aChildThatWaitsHasTheMemoryOfThisProcessAndOthersDoNot() throws Exception {
        CallState state = CallState.create();
        CompletableFuture<Integer> status = startThrough();
        int waiting = ProcScan.children().stream()
                .filter(child -> child.name().equals(THREAD))
                .findFirst()
                .orElseThrow()
                .pid();
        assertTrue(AddressSpace.mayBeOwn(state, waiting));
        assertIsRefused(status);
        assertFalse(AddressSpace.mayBeOwn(state, waiting), "it is gone");
        try (RawChild other = RawChild.start("sleep", "600")) {
            assertFalse(AddressSpace.mayBeOwn(state, other.pid()));
        }
    }

    @Test
    void aChildWaitsUntilItIsLetPass() throws Exception {
        CompletableFuture<Integer> status = startThrough();
        assertFalse(status.isDone(), "it waits");
        fifo.permit();
        eventually("it has passed", () -> {
            fifo.open(); // it sleeps before it comes to the fifo, too
            return status.isDone();
        });
        assertEquals(0, status.get());
    }

    @Test
    void oneFifoServesOneChildAfterTheOther() throws Exception {
        for (int round = 0; round < 20; round++) {
            CompletableFuture<Integer> status = startThrough();
            assertFalse(status.isDone(), "it stands open for the one before only");
            fifo.permit();
            eventually("it has passed", () -> {
                fifo.open();
                return status.isDone();
            });
            assertEquals(0, status.get());
        }
    }

    @Test
    void childWithoutAPermitDoesNotExecuteItsProgramWhateverOpensTheFifo() {
        CompletableFuture<Integer> status = startThrough();
        assertIsRefused(status);
    }

    @Test
    void permitCanBeTakenBack() {
        CompletableFuture<Integer> status = startThrough();
        fifo.permit();
        fifo.refuse();
        assertIsRefused(status);
    }

    private void assertIsRefused(CompletableFuture<Integer> status) {
        eventually("it has passed", () -> {
            fifo.open();
            return status.isDone();
        });
        ExecutionException failed = assertThrows(ExecutionException.class, status::get);
        assertTrue(failed.getCause() instanceof SpawnException, failed::toString);
    }

    @Test
    void nobodyElseMayOpenIt() throws Exception {
        assertEquals(
                "rw-------",
                java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
    }

    /** In a container the first may be read-only. */
    @Test
    void thereIsMoreThanOneFolderForIt(@TempDir Path directory) throws Exception {
        Skip.unless(Files.isWritable(Path.of("/dev/shm")), "there is no /dev/shm, or it is read-only");
        Jvm.of(directory, Nice.class).options("-Djava.io.tmpdir=/proc").run().done();
    }

    @Test
    void jvmThatMayNotBeLookedIntoHoldsItsChildrenAsWell(@TempDir Path directory) throws Exception {
        Jvm.of(directory, Opaque.class).run().done();
    }

    @Test
    void whereNoFolderTakesOneAllAreNamed(@TempDir Path directory) throws Exception {
        Jvm.Ended ended = Jvm.of(directory, Nice.class)
                .options("-Djava.io.tmpdir=/proc")
                .by("unshare", "--user", "--map-root-user", "--mount")
                .after("mount -t tmpfs -o ro none /dev/shm")
                .env("XDG_RUNTIME_DIR", "/sys")
                .run();
        Skip.unless(!ended.err().contains("unshare"), "unshare is refused here: " + ended.err());
        assertTrue(ended.err().contains("in [/proc, /dev/shm, /sys]: E"), ended::toString);
    }

    @Test
    void eachHasANameOfItsOwnInOnePlace() throws Exception {
        ExecFifo other = ExecFifo.create();
        try {
            assertEquals(fifo.place(), other.place());
            assertNotEquals(fifo.id(), other.id());
            assertTrue(fifo.id().matches("[0-9a-z]+"), fifo.id());
            assertEquals(path().toString(), new String(fifo.files().getFirst(), UTF_8));
        } finally {
            other.dismantle();
        }
    }
}
