package dev.leash.containment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.Containment;
import dev.leash.forked.Adopter;
import dev.leash.forked.Jvm;
import dev.leash.support.Probe;
import dev.leash.support.Skip;
import dev.leash.support.SystemCallFilter;
import java.nio.file.Path;
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
        assertEquals("done\n", jvm.run().done().out());
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
        Skip.unless(
                Probe.succeeds("unshare", "--pid", "--fork", "--mount-proc", "true"),
                "unshare --pid --mount-proc is refused here: it needs root, or a user namespace");
        assertNoZombies(Jvm.of(directory, Adopter.class, containment.name(), RUNS)
                .by("unshare", "--pid", "--fork", "--mount-proc"));
    }

    /** As before Linux 6.9, when the leader of a group has to stay a zombie until nothing more is signalled. */
    @ParameterizedTest
    @EnumSource(names = {"GROUP"})
    void subreaperThatSignalsGroupsByNumberHasNoZombies(Containment containment) throws Exception {
        assertNoZombies(Jvm.of(directory, Adopter.class, containment.name(), RUNS, "subreaper")
                .by(SystemCallFilter.denying("424")));
    }
}
