package dev.leash.internal.contain;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.forked.Guarded;
import dev.leash.forked.Jvm;
import dev.leash.internal.proc.JvmName;
import dev.leash.internal.sys.CallState;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Cgroups of JVMs that cannot be looked for: those of other pid namespaces. */
@Timeout(120)
class AbandonedCgroupsTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final String[] NEW_NAMESPACE = {"unshare", "--pid", "--fork", "--kill-child", "--mount-proc"};

    /** A namespace in which none of the JVMs here is. */
    private static final String ELSEWHERE = "1";

    @TempDir
    Path temp;

    private final String marker = ProcScan.newMarker();

    /** A cgroup of its own: elsewhere there may be what others are just making. */
    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        String obstacle = Cgroups.obstacle();
        Skip.unless(obstacle == null, "no cgroup can be made here: " + obstacle);
        folder = Files.createDirectory(Cgroups.own().resolve("test.abandoned-" + marker));
    }

    @AfterEach
    void removeAll() {
        ProcScan.withMarker(marker)
                .forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
        if (folder != null) {
            eventually("all can be removed", () -> CgroupRemoval.remove(folder));
        }
    }

    private Path cgroup(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    private List<Path> runs() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, Cgroups.PREFIX + "*")) {
            all.forEach(found::add);
        }
        return found;
    }

    private static void assumeNamespaces() throws Exception {
        List<String> probe = new ArrayList<>(List.of(NEW_NAMESPACE));
        probe.add("true");
        int status;
        try {
            status = new ProcessBuilder(probe).redirectErrorStream(true).start().waitFor();
        } catch (IOException e) {
            status = -1;
        }
        Skip.unless(status == 0, "no pid namespace can be made here with unshare(1)");
    }

    private Jvm.Running started(String name, String count, String... by) throws IOException {
        Path directory = Files.createDirectory(temp.resolve(name));
        Jvm.Running jvm = Jvm.of(directory, Guarded.class, marker, count, "cgroup")
                .after("echo $$ >" + folder.resolve("cgroup.procs"))
                .by(by)
                .start();
        eventually("ready", () -> jvm.out().contains("ready"));
        return jvm;
    }

    @Test
    void whatIsLeftOfANamespaceIsRemovedByTheNextStart() throws Exception {
        assumeNamespaces();
        List<Path> left;
        try (Jvm.Running jvm = started("first", "2", NEW_NAMESPACE)) {
            left = runs();
            assertFalse(left.isEmpty());
            jvm.process().destroyForcibly().waitFor();
            eventually("all of it is dead", () -> ProcScan.withMarker(marker).isEmpty());
        }
        assertTrue(runs().containsAll(left), "there was no one to remove them");
        try (Jvm.Running jvm = started("second", "1")) {
            assertTrue(jvm.process().isAlive());
            assertTrue(left.stream().noneMatch(Files::exists), left::toString);
        }
    }

    @Test
    void whatLivesInAnotherNamespaceIsLeftInPeace() throws Exception {
        assumeNamespaces();
        try (Jvm.Running first = started("first", "3", NEW_NAMESPACE)) {
            List<Path> living = runs();
            int processes = ProcScan.withMarker(marker).size();
            assertTrue(processes > 3);
            try (Jvm.Running second = started("second", "1", NEW_NAMESPACE);
                    Jvm.Running third = started("third", "1")) {
                assertTrue(second.process().isAlive()
                        && third.process().isAlive()
                        && first.process().isAlive());
                assertTrue(runs().containsAll(living), living::toString);
                assertTrue(ProcScan.withMarker(marker).size() > processes);
            }
        }
    }

    @Test
    void onlyWhatIsEmptyAndNotLockedAndOfAJvmIsTaken() throws Exception {
        Path empty = cgroup("leash-1-2-3-4");
        Path below = cgroup("leash-1-2-3-5");
        Files.createDirectory(below.resolve("below"));
        Path leaf = cgroup("leash.jvm-1-2-3-0");
        Path ofHere = cgroup("leash-2-2-3-4");
        Path ofSomeone = cgroup("leash-mine-and-only-mine");
        Path full = cgroup("leash-1-2-3-6");
        NewCgroup locked = NewCgroup.in(folder, () -> "leash-1-2-3-7");
        try (RawChild child = RawChild.start("sleep", "600");
                CallState state = CallState.open()) {
            Files.writeString(full.resolve("cgroup.procs"), Integer.toString(child.pid()));
            AbandonedCgroups.remove(folder, Cgroups.PREFIX, "2");
            AbandonedCgroups.remove(folder, CgroupHome.LEAF, "2");
            for (Path gone : List.of(empty, below, leaf)) {
                assertFalse(Files.exists(gone), gone::toString);
            }
            for (Path there : List.of(ofHere, ofSomeone, full, locked.directory())) {
                assertTrue(Files.exists(there), there::toString);
            }
            locked.abandon(state);
        }
    }

    /** A JVM in another time namespace has another start time there than is seen from here. */
    @Test
    void whatHasTheNameOfAJvmThatIsGoneIsKilledUnlessItIsLockedOrSomebodyElses() throws Exception {
        String gone = Cgroups.PREFIX + JvmName.pidNamespace() + "-999999999-";
        Path stale = cgroup(gone + "1-1");
        List<Path> ofOthers = List.of(
                cgroup(gone + "prod-db"), cgroup(gone + "1-my-job"), cgroup(gone + "1-"), cgroup(gone + "1-1.service"));
        NewCgroup locked = NewCgroup.in(folder, () -> gone + "1-2");
        try (RawChild dies = RawChild.start("sleep", "600");
                RawChild lives = RawChild.start("sleep", "600");
                CallState state = CallState.open()) {
            Files.writeString(stale.resolve("cgroup.procs"), Integer.toString(dies.pid()));
            Files.writeString(locked.directory().resolve("cgroup.procs"), Integer.toString(lives.pid()));
            Cgroups.removeStale(folder);
            eventually("it is dead", () -> !ProcScan.alive(dies.pid()));
            assertTrue(!CgroupEvents.isEmpty(state, locked.events()), "it was killed");
            ofOthers.forEach(other -> assertTrue(Files.exists(other), other::toString));
            Files.writeString(folder.resolve("cgroup.procs"), Integer.toString(lives.pid()));
            locked.abandon(state);
        }
        assertFalse(Files.exists(stale));
    }

    /** The moment between the making of a cgroup and its lock. */
    @Test
    void noneIsTakenFromAJvmThatIsJustMakingIt() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch removing = new CountDownLatch(2);
        AtomicLong number = new AtomicLong();
        String name = "leash-3-" + ProcScan.self() + "-1-";
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> removers = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                removers.add(threads.submit(() -> {
                    int rounds = 0;
                    for (; !done.get(); rounds++) {
                        AbandonedCgroups.remove(folder, Cgroups.PREFIX, ELSEWHERE);
                        removing.countDown();
                    }
                    return rounds;
                }));
            }
            Callable<Integer> makes = () -> {
                removing.await();
                try (CallState state = CallState.open()) {
                    for (int round = 0; round < 1_000; round++) {
                        NewCgroup one = NewCgroup.in(folder, () -> name + number.incrementAndGet());
                        Thread.onSpinWait();
                        assertTrue(Files.exists(one.directory()), "it was taken");
                        Files.writeString(one.directory().resolve("cgroup.max.depth"), "3");
                        one.abandon(state);
                    }
                    return 1;
                }
            };
            try {
                for (Future<Integer> made : threads.invokeAll(List.of(makes, makes))) {
                    assertEquals(1, made.get());
                }
            } finally {
                done.set(true);
            }
            for (Future<Integer> remover : removers) {
                assertTrue(remover.get() > 0);
            }
        }
    }
}
