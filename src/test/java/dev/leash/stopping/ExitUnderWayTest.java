package dev.leash.stopping;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.StragglerPolicy;
import dev.leash.internal.proc.ExitInProgress;
import dev.leash.internal.sys.CallState;
import dev.leash.support.Children;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stop that meets a leader in the middle of its exit, which takes a while, comes too late: as if it had exited. */
@Timeout(60)
class ExitUnderWayTest extends RunsCommands {
    private static final int ROUNDS = 4;
    private static final long PF_EXITING = 0x4;

    @BeforeEach
    void needsPerl() {
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/perl")), "no perl here");
    }

    @ParameterizedTest
    @EnumSource(
            value = Containment.class,
            names = {"GROUP", "TREE"})
    void stragglerThatMayLiveIsNotKilled(Containment containment) throws Exception {
        killEachInItsExit(containment, StragglerPolicy.LEAVE, result -> {
            assertEquals(List.of(), result.killed());
            // Not at once: one that is in execve(2) cannot be seen for a moment.
            eventually("the straggler lives in round of " + result, () -> alive().size() == 1);
            killEscaped();
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Containment.class,
            names = {"GROUP", "TREE"})
    void stragglerThatIsKilledIsListed(Containment containment) throws Exception {
        killEachInItsExit(containment, StragglerPolicy.KILL, result -> {
            assertEquals(1, result.killed().size(), result::toString);
            assertEquals(List.of(), alive());
        });
    }

    private void killEachInItsExit(Containment containment, StragglerPolicy stragglers, Consumer<Result> check)
            throws Exception {
        int met = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Child child = exiting(containment, stragglers);
            met += killInItsExit(child);
            Result result = checked(child.await());
            assertExited(3, result);
            check.accept(result);
        }
        Skip.unless(met > 0, "no exit took long enough to be met here");
    }

    @Test
    void programWhoseFirstThreadHasExitedIsNotExiting() throws Exception {
        Child child = start(Command.of(Children.path("first-thread-exits")).stdout(Output.pipe()));
        assertEquals('x', child.stdout().read());
        eventually("its first thread has ended", () -> ProcScan.state(child.pid()) == 'Z');
        assertFalse(ExitInProgress.at(CallState.create(), (int) child.pid()).exits());
        child.kill();
        Result result = child.await();
        assertEquals(1, result.stopSteps().size(), result::toString);
        assertTrue(killed(result), result::toString);
    }

    private Child exiting(Containment containment, StragglerPolicy stragglers) throws IOException {
        Child child = start(Command.of(Children.path("exits-slowly"))
                .stdout(Output.pipe())
                .containment(containment)
                .stragglers(stragglers));
        assertEquals('x', child.stdout().read());
        return child;
    }

    /** Returns 1 if it was in its exit just before it is killed, otherwise 0. */
    private static int killInItsExit(Child child) throws IOException {
        while (true) {
            String stat;
            try {
                stat = Files.readString(Path.of("/proc", Long.toString(child.pid()), "stat"));
            } catch (IOException e) {
                return 0;
            }
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            if ((Long.parseLong(fields[6]) & PF_EXITING) != 0) {
                child.kill();
                return fields[0].equals("Z") ? 0 : 1;
            }
        }
    }
}
