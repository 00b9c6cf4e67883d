package dev.leash.spawning;

import dev.leash.Command;
import dev.leash.Count;
import dev.leash.Counter;
import dev.leash.Supervisor;
import dev.leash.forked.Jvm;
import dev.leash.forked.ThreadsOfStarts;
import dev.leash.support.Skip;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A virtual thread has the same descriptors, umask and children as before, whoever has made the carrier that it gets. */
@Timeout(120)
class CarrierTest {
    @TempDir
    Path temp;

    @Test
    void aCarrierIsAsTheOthersAfterAStart() throws Exception {
        assertSame("plain");
    }

    @Test
    void aCarrierHasTheDescriptorsOfTheJvmAfterAStartWithATableOfItsOwn() throws Exception {
        assertSame("plain", "-Dleash.unsharedStarts=true");
    }

    @Test
    void aCarrierHasTheUmaskOfTheJvmAfterAStartWithAnother() throws Exception {
        assertSame("umask");
    }

    @Test
    void theChildrenOfACarrierAreNotCountedAfterAStartWithCounters() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            Count count = supervisor
                    .run(Command.of("true").counters(Counter.TASK_CLOCK))
                    .counters()
                    .get(Counter.TASK_CLOCK);
            Skip.unless(count instanceof Count.Measured, "this machine does not count: " + count);
        }
        assertSame("counters");
    }

    private void assertSame(String kind, String... options) throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        Jvm.of(temp, ThreadsOfStarts.class, kind, file.toString())
                .options("-Djdk.virtualThreadScheduler.parallelism=" + ThreadsOfStarts.CARRIERS)
                .options(options)
                .run()
                .done();
    }
}
