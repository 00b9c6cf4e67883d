package dev.leash.supervising;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.LeashProcessBuilder;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.support.RunsCommands;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What cannot be done in a handler on the loop fails there before it has begun. */
@Timeout(60)
class LoopPreconditionTest extends RunsCommands {
    private interface Action {
        void run() throws Exception;
    }

    /** What {@code action} throws in a handler, or null. */
    private Throwable onTheLoop(Action action) throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Result result = run(sh("echo x").stdout(Output.onLoop(bytes -> {
            try {
                action.run();
                thrown.complete(null);
            } catch (Throwable e) {
                thrown.complete(e);
            }
        })));
        assertTrue(result.succeeded(), result::toString);
        return thrown.get(20, TimeUnit.SECONDS);
    }

    private void assertRefusedBeforeAnythingIsStarted(Action action) throws Exception {
        long before = supervisor.stats().started();
        Throwable thrown = onTheLoop(action);
        assertInstanceOf(IllegalStateException.class, thrown);
        assertTrue(thrown.getMessage().contains("start does not wait"), thrown.getMessage());
        assertEquals(before + 1, supervisor.stats().started());
        assertEquals(List.of(), alive());
    }

    @Test
    void runStartsNothing() throws Exception {
        assertRefusedBeforeAnythingIsStarted(() -> supervisor.run(marked(Command.of("sleep", "600"))));
        assertRefusedBeforeAnythingIsStarted(
                () -> supervisor.run(marked(Command.of("sleep", "600")).containment(Containment.TREE)));
    }

    @Test
    void batchStartsNothing() throws Exception {
        List<Command> commands = List.of(marked(Command.of("sleep", "600")));
        assertRefusedBeforeAnythingIsStarted(
                () -> supervisor.runAll(commands, 2).forEach(completion -> {}));
        assertRefusedBeforeAnythingIsStarted(
                () -> assertTrue(supervisor.runAll(commands, 2).iterator().hasNext()));
    }

    /** A handle is no wait: who has it can stop what it stands for. */
    @Test
    void whatIsStartedOnTheLoopCanBeWaitedForElsewhere() throws Exception {
        CompletableFuture<Child> started = new CompletableFuture<>();
        Throwable thrown = onTheLoop(() -> {
            started.complete(start(Command.of("sleep", "600")));
            started.join().await();
        });
        assertInstanceOf(IllegalStateException.class, thrown);
        started.join().kill();
        assertEquals(Cause.CANCELLED, started.join().await().cause());
    }

    @Test
    void pipelineOfBuildersWithAWrongStreamStartsNoneOfThem() throws Exception {
        LeashProcessBuilder first =
                new LeashProcessBuilder("sleep", "600").supervisor(supervisor).rules(this::marked);
        LeashProcessBuilder second =
                new LeashProcessBuilder("cat").supervisor(supervisor).redirectInput(ProcessBuilder.Redirect.INHERIT);
        long before = supervisor.stats().started();
        assertThrows(IllegalArgumentException.class, () -> LeashProcessBuilder.startPipeline(List.of(first, second)));
        assertEquals(before, supervisor.stats().started());
    }

    @Test
    void pipelineOfBuildersThatFailsOnTheLoopDoesNotHoldItUp() throws Exception {
        LeashProcessBuilder first =
                new LeashProcessBuilder("sleep", "600").supervisor(supervisor).rules(this::marked);
        LeashProcessBuilder second = new LeashProcessBuilder("/no/such/program").supervisor(supervisor);
        Throwable thrown = onTheLoop(() -> LeashProcessBuilder.startPipeline(List.of(first, second)));
        assertInstanceOf(java.io.IOException.class, thrown);
        dev.leash.support.Eventually.eventually("the first is killed", () -> alive().isEmpty());
    }
}
