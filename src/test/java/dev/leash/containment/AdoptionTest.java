package dev.leash.containment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.Containment;
import dev.leash.forked.Adopter;
import dev.leash.forked.Jvm;
import dev.leash.support.Children;
import dev.leash.support.Skip;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where orphans become children of the JVM, those that Leash has killed are reaped, and nobody else's child is. */
@Timeout(120)
class AdoptionTest {
    private static final String RUNS = "20";

    @TempDir
    Path directory;

    private void assertNoZombies(Jvm jvm) throws Exception {
        Jvm.Ended ended = jvm.run();
        assertEquals(0, ended.exit(), ended::toString);
        assertEquals("done\n", ended.out(), ended::toString);
    }

    private static void skipWithout(Containment containment) {
        Skip.unless(
                containment != Containment.CGROUP || Containment.obstacle().isEmpty(),
                "no cgroup can be made here: " + Containment.obstacle().orElse(""));
    }

    @ParameterizedTest
    @EnumSource
    void subreaperHasNoZombies(Containment containment) throws Exception {
        skipWithout(containment);
        assertNoZombies(Jvm.of(directory, Adopter.class, containment.name(), RUNS, "subreaper"));
    }

    @ParameterizedTest
    @EnumSource
    void initOfAContainerHasNoZombies(Containment containment) throws Exception {
        skipWithout(containment);
        Process unshare = new ProcessBuilder("unshare", "--pid", "--fork", "--mount-proc", "true")
                .redirectErrorStream(true)
                .start();
        boolean possible = unshare.waitFor(20, TimeUnit.SECONDS) && unshare.exitValue() == 0;
        Skip.unless(possible, "unshare --pid --mount-proc is refused here: it needs root, or a user namespace");
        assertNoZombies(Jvm.of(directory, Adopter.class, containment.name(), RUNS)
                .by("unshare", "--pid", "--fork", "--mount-proc"));
    }

    /** As before Linux 6.9, when the leader of a group has to stay a zombie until nothing more is signalled. */
    @ParameterizedTest
    @EnumSource(names = {"GROUP"})
    void subreaperThatSignalsGroupsByNumberHasNoZombies(Containment containment) throws Exception {
        String filter = Children.path("denies");
        Process denies = new ProcessBuilder(filter, "424", "true").start();
        Skip.unless(
                denies.waitFor(20, TimeUnit.SECONDS) && denies.exitValue() == 0,
                "no filter of system calls can be set here: this needs perl, and seccomp");
        assertNoZombies(Jvm.of(directory, Adopter.class, containment.name(), RUNS, "subreaper")
                .by(filter, "424"));
    }
}
