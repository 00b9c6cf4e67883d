package dev.leash.internal.contain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.forked.Jvm;
import dev.leash.support.Eventually;
import dev.leash.support.Probe;
import dev.leash.support.ProcScan;
import dev.leash.support.RawChild;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a JVM makes cgroups with limits: it is itself in a cgroup that has processes. */
@Timeout(60)
class CgroupHomeTest {
    /** In the order of what is easiest to be had; version 1 may have some of them. */
    private static final List<String> CONTROLLERS = List.of("pids", "hugetlb", "memory", "cpu");

    @TempDir
    Path temp;

    private Path above;
    private Path home;
    private String controller;

    @BeforeEach
    void makeHome() throws IOException {
        try {
            String available = Files.readString(CgroupHome.path().resolve("cgroup.controllers"));
            controller = CONTROLLERS.stream()
                    .filter(available::contains)
                    .findFirst()
                    .orElseThrow(() -> new IOException("this cgroup has no controller of version 2"));
            // Where this JVM is in a cgroup that was delegated, it moves into a leaf: else nothing can be made below
            // it.
            Path own = CgroupHome.folder(List.of(controller));
            above = Files.createDirectory(own.resolve("test.above-" + ProcScan.newMarker()));
        } catch (IOException e) {
            Skip.because("no cgroups with controllers can be made here: " + Cgroups.message(e));
        }
        Controllers.enable(above, List.of(controller));
        home = Files.createDirectory(above.resolve("home"));
    }

    @AfterEach
    void remove() {
        if (above != null) {
            Eventually.eventually("all cgroups can be removed", () -> {
                remove(above);
                return !Files.exists(above);
            });
        }
    }

    private static void remove(Path cgroup) {
        try (DirectoryStream<Path> below = Files.newDirectoryStream(cgroup, Files::isDirectory)) {
            below.forEach(CgroupHomeTest::remove);
            Files.deleteIfExists(cgroup);
        } catch (IOException e) {
            Thread.onSpinWait(); // it has processes still
        }
    }

    private Jvm probe() {
        return Jvm.of(temp, HomeProbe.class, controller).after("echo $$ >" + home.resolve("cgroup.procs"));
    }

    private static String said(Jvm.Ended ended, String about) {
        return ended.out()
                .lines()
                .filter(line -> line.startsWith(about + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(ended.toString()))
                .substring(about.length() + 1);
    }

    private void assertInLeaf(Jvm.Ended ended) {
        assertTrue(said(ended, "run").startsWith(home + "/leash-"), ended::toString);
        assertTrue(said(ended, "jvm").startsWith(home + "/leash.jvm-"), ended::toString);
        assertEquals(said(ended, "jvm"), said(ended, "procs"));
    }

    @Test
    void aJvmThatIsAloneInItsCgroupMovesIntoALeaf() throws Exception {
        assertInLeaf(probe().run().done());
    }

    @Test
    void soDoesThatOfAnOrdinaryUserToWhomItIsDelegated() throws Exception {
        Skip.unless(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "only root becomes another user; the other tests here are those of an ordinary user now");
        List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/setpriv")), "there is no setpriv(1)");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
        for (Path file : List.of(home, home.resolve("cgroup.procs"), home.resolve("cgroup.subtree_control"))) {
            Files.setAttribute(file, "unix:uid", 65_534);
        }
        assertInLeaf(probe().fromJar().by(nobody.toArray(String[]::new)).run().done());
    }

    @Test
    void whereSomethingElseIsInItTheRunIsBeside() throws Exception {
        try (RawChild other = RawChild.start("sleep", "600")) {
            Files.writeString(home.resolve("cgroup.procs"), Integer.toString(other.pid()));
            Jvm.Ended ended = probe().run().done();
            assertTrue(said(ended, "run").startsWith(above + "/leash-"), ended::toString);
            assertEquals(home.toString(), said(ended, "jvm"));
        }
    }

    /** It has no number in the namespace of the JVM, and cannot be moved from there. */
    @Test
    void soItIsWhereThatIsInAnOuterPidNamespace() throws Exception {
        Skip.unless(
                Probe.succeeds("unshare", "--pid", "--fork", "--mount-proc", "true"),
                "unshare --pid --mount-proc is refused here: it needs root, or a user namespace");
        try (RawChild other = RawChild.start("sleep", "600")) {
            Files.writeString(home.resolve("cgroup.procs"), Integer.toString(other.pid()));
            Jvm.Ended ended = Jvm.of(temp, HomeProbe.class, controller)
                    .by("unshare", "--pid", "--fork", "--mount-proc")
                    .after("echo $$ >" + home.resolve("cgroup.procs"))
                    .run();
            assertTrue(said(ended, "run").startsWith(above + "/leash-"), ended::toString);
        }
    }

    @Test
    void soItIsWhereOnlyTheCgroupAboveHasTheController() throws Exception {
        Files.writeString(above.resolve("cgroup.subtree_control"), "-" + controller);
        Jvm.Ended ended = probe().run().done();
        assertTrue(said(ended, "run").startsWith(above + "/leash-"), ended::toString);
        assertEquals(home.toString(), said(ended, "jvm"));
    }

    @Test
    void whereThatWouldLeaveTheCgroupOfAnOuterRunItIsRefusedAndSaysWhatIsInTheWay() throws Exception {
        Files.delete(home);
        home = Files.createDirectory(above.resolve("leash-1-2-3-4"));
        try (RawChild other = RawChild.start("sleep", "600")) {
            Files.writeString(home.resolve("cgroup.procs"), Integer.toString(other.pid()));
            Jvm.Ended ended = probe().run().done();
            assertTrue(said(ended, "refused").contains("such as sleep [" + other.pid() + "]"), ended::toString);
            assertEquals(home.toString(), said(ended, "jvm"), "and nothing has moved");
        }
    }

    @Test
    void aLookAtWhatIsPossibleChangesNothing() throws Exception {
        String before = Files.readString(Cgroups.own().resolve("cgroup.subtree_control"));
        assertNull(Cgroups.obstacle(controller));
        String other = Cgroups.obstacle("no-such-controller");
        assertTrue(other != null && other.contains("no-such-controller is not in"), other);
        assertEquals(before, Files.readString(Cgroups.own().resolve("cgroup.subtree_control")));
    }
}
