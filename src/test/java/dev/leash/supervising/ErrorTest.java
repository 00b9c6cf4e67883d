package dev.leash.supervising;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.forked.FullHeap;
import dev.leash.forked.FullStack;
import dev.leash.forked.Jvm;
import dev.leash.support.Eventually;
import dev.leash.support.ProcScan;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A JVM at the end of its stack or heap starts something, or nothing; and it ends. */
@Timeout(120)
class ErrorTest {
    private final String marker = ProcScan.newMarker();

    @TempDir
    Path directory;

    @AfterEach
    void nothingIsLeft() {
        Eventually.eventually("all are dead", () -> ProcScan.withMarker(marker).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "run,GROUP,close,-Xint",
        "run,GROUP,exit,-Xint",
        "run,GROUP,close,-Xmixed",
        "start,GROUP,close,-Xint",
        "start,TREE,close,-Xint",
        "settings,GROUP,close,-Xmixed",
        "await,GROUP,close,-Xint",
        "await,GROUP,close,-Xmixed"
    })
    void startOrWaitNearTheEndOfTheStackLeavesNothing(String how, String containment, String end, String mode)
            throws Exception {
        Jvm.Ended ended = Jvm.of(directory, FullStack.class, marker, how, containment, end)
                .options(mode)
                .run();
        if (end.equals("exit")) {
            assertEquals(0, ended.exit(), ended::toString);
        } else {
            ended.done();
        }
    }

    @Test
    void startWithAFullHeapLeavesNothing() throws Exception {
        Jvm.of(directory, FullHeap.class, marker).options("-Xmx32m").run().done();
    }
}
