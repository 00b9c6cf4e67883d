package dev.leash.internal.contain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.support.LeakCheck;
import dev.leash.support.Skip;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs that libc makes in their cgroups. */
@Timeout(60)
class CgroupStartsTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @BeforeEach
    void canBeMade() {
        Skip.unless(
                KernelFeatures.startsInCgroup(),
                "this libc has no posix_spawnattr_setcgroup_np, as glibc has from 2.39 on: a hook moves programs to their"
                        + " cgroups");
        Skip.unless(
                Containment.obstacle().isEmpty(),
                "no cgroup can be made here: " + Containment.obstacle().orElse(""));
    }

    @Test
    void noHookIsNeeded() throws Exception {
        try (CallState state = CallState.open()) {
            ProcessSet.Factory prepared = Cgroup.prepare(CgroupLimits.NONE);
            try {
                assertTrue(prepared.cgroupDescriptor() >= 0);
                assertNull(prepared.preExecHook());
            } finally {
                prepared.abandon(state);
            }
        }
    }

    @Test
    void eachStageIsInTheCgroup() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            for (int round = 0; round < 50; round++) {
                Command both = Command.shell("cat /proc/self/cgroup | cat - /proc/self/cgroup | grep ^0::");
                Result result = supervisor.run(both.containment(Containment.CGROUP));
                assertEquals(2, result.stdout().lines().count(), result.toString());
                assertTrue(result.stdout().lines().allMatch(line -> line.contains("/leash-")), result.stdout());
            }
        }
    }

    @Test
    void programThatIsNotThereIsNamed() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            for (int round = 0; round < 20; round++) {
                SpawnException told = assertThrows(
                        SpawnException.class,
                        () -> supervisor.start(Command.of("/no/such/program").containment(Containment.CGROUP)));
                assertEquals(SpawnException.Kind.NOT_FOUND, told.kind());
            }
        }
    }
}
