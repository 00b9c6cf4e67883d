package dev.leash.supervising;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.leash.forked.Jvm;
import dev.leash.forked.OutOfMemory;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A heap that is full is the trouble of the run that filled it. */
@Timeout(120)
class OutOfMemoryTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 30})
    void whoFloodsItsCaptureFailsAloneAndTheLoopGoesOn(int count, @TempDir Path directory) throws Exception {
        String marker = ProcScan.newMarker();
        Jvm.Ended ended = Jvm.of(directory, OutOfMemory.class, Integer.toString(count))
                .options("-Xmx64m")
                .env(ProcScan.MARKER_VARIABLE, marker)
                .run()
                .done();
        assertFalse(ended.err().contains("Exception"), ended.err());
        Eventually.eventually("all are dead", () -> ProcScan.withMarker(marker).isEmpty());
    }
}
