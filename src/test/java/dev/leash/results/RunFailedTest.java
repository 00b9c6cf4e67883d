package dev.leash.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Rlimit;
import dev.leash.RunFailedException;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an exception tells of a run that has failed. */
@Timeout(60)
class RunFailedTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private volatile IllegalArgumentException thrown = new IllegalArgumentException();
    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    private RunFailedException failure(Command command) throws Exception {
        return assertThrows(RunFailedException.class, supervisor.run(command)::orThrow);
    }

    @Test
    void acceptedExitCodesAreNoFailure() throws Exception {
        Result three = supervisor.run(Command.shell("exit 3"));
        assertEquals(OptionalInt.of(3), three.exitCode());
        assertSame(three, three.orThrow(0, 3));
        assertThrows(RunFailedException.class, () -> three.orThrow(0, 1));
        Result zero = supervisor.run(Command.of("true"));
        assertSame(zero, zero.orThrow(0));
        assertThrows(RunFailedException.class, () -> zero.orThrow(3), "0 is to be given, too");
        assertThrows(IllegalArgumentException.class, () -> zero.orThrow(new int[0]));
        assertThrows(IllegalArgumentException.class, () -> zero.orThrow(0, 256));
        assertThrows(IllegalArgumentException.class, () -> zero.orThrow(-1));
    }

    @Test
    void aStoppedOrKilledRunHasNoAcceptedExitCode() throws Exception {
        Result killed = supervisor.run(Command.shell("kill -KILL $$"));
        assertEquals(OptionalInt.empty(), killed.exitCode());
        assertThrows(RunFailedException.class, () -> killed.orThrow(137, 9, 0));
        Command polite = Command.shell("trap 'exit 4' TERM; sleep 60 & wait");
        StopPlan plan =
                StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(30)).kill();
        Result late = supervisor.run(polite.timeout(Duration.ofMillis(300)).stopPlan(plan));
        assertEquals(OptionalInt.of(4), late.exitCode());
        assertThrows(RunFailedException.class, () -> late.orThrow(4));
    }

    private RuntimeException refuse() {
        thrown = new IllegalArgumentException("no more of this");
        throw thrown;
    }

    @Test
    void causeIsWhatUserCodeHasThrown() throws Exception {
        OutputStream refusing = new OutputStream() {
            @Override
            public void write(int b) {
                refuse();
            }
        };
        InputStream failing = new InputStream() {
            @Override
            public int read() {
                throw refuse();
            }
        };
        Command echo = Command.of("echo", "x");
        for (Command command : List.of(
                echo.stdout(Output.lines(line -> refuse())),
                echo.stdout(Output.bytes(bytes -> refuse())),
                echo.stdout(Output.onLoop(bytes -> refuse())),
                echo.stdout(Output.to(refusing)),
                Command.of("cat").stdin(Stdin.from(failing)),
                Command.of("cat").stdin(Stdin.publisher(subscriber -> refuse())))) {
            RunFailedException failure = failure(command);
            assertSame(thrown, failure.getCause(), command.toString());
            assertEquals("refuse", failure.getCause().getStackTrace()[0].getMethodName());
        }
        assertNull(failure(Command.of("false")).getCause());
    }

    @Test
    void whatASecondConsumerHasThrownIsNotLost() throws Exception {
        IllegalStateException ofStderr = new IllegalStateException("and this");
        Command both = Command.shell("echo x; exec >&-; sleep 0.2; echo y >&2; sleep 60")
                .stopPlan(StopPlan.signal(Signal.CONT)
                        .then(Duration.ofSeconds(20))
                        .kill())
                .stdout(Output.onLoop(bytes -> refuse()))
                .stderr(Output.onLoop(bytes -> {
                    throw ofStderr;
                }));
        Child child = supervisor.start(both);
        Eventually.eventually("both have thrown", () -> thrown.getSuppressed().length > 0);
        child.kill();
        RunFailedException failure = assertThrows(RunFailedException.class, child.await()::orThrow);
        assertSame(ofStderr, failure.getCause().getSuppressed()[0]);
    }

    @Test
    void causeOfAStartThatIsRefusedIsTold() throws Exception {
        Command command = Command.of("true").rlimit(Rlimit.NOFILE, Rlimit.UNLIMITED); // more than the kernel has at all
        SpawnException failure = assertThrows(SpawnException.class, () -> supervisor.run(command));
        assertEquals(SpawnException.Kind.SETTING, failure.kind());
        assertNotNull(failure.getCause(), "what has failed");
    }

    @Test
    void messageEndsWithTheEndOfStandardError() throws Exception {
        String said = "\nls: cannot access '/no/such': No such file or directory";
        assertTrue(failure(Command.of("ls", "/no/such").env("LC_ALL", "C"))
                .getMessage()
                .endsWith(": exit code 2" + said));
        assertEquals(
                "/bin/sh -c 'echo one; echo two >&2; exit 3': exit code 3\none\ntwo",
                failure(Command.shell("echo one; echo two >&2; exit 3").mergeStderr())
                        .getMessage(),
                "merged into standard output");
        assertTrue(
                failure(Command.shell("echo first >&2").pipeTo(Command.of("false")))
                        .getMessage()
                        .endsWith(": exit code 1\nfirst"),
                "of a pipeline the last program that has said anything");
        assertEquals("false: exit code 1", failure(Command.of("false")).getMessage());
    }

    @Test
    void messageIsBoundedAndNoTerminalActsOnIt() throws Exception {
        String message = failure(Command.shell("seq 100000 >&2; exit 1")).getMessage();
        assertTrue(message.length() < 2_100, message);
        assertTrue(message.matches("(?s).*: exit code 1\n\\[…] (\\d+\n)+99999\n100000"), message);
        String oneLine = failure(Command.shell("head -c 100000 /dev/zero | tr '\\0' y >&2; exit 1"))
                .getMessage();
        assertTrue(oneLine.length() < 2_100 && oneLine.endsWith("[…] " + "y".repeat(1_996)), oneLine);
        String hostile = failure(Command.shell("printf '\\033]0;title\\007\\r\\n' >&2; exit 1"))
                .getMessage();
        assertTrue(hostile.endsWith("\n\\x1b]0;title\\x07"), hostile);
    }

    @Test
    void whatAFutureOfAFailedRunThrowsHasItsCause() throws Exception {
        Child child = supervisor.start(Command.of("echo", "x").stdout(Output.lines(line -> refuse())));
        CompletionException failed = assertThrows(
                CompletionException.class,
                () -> child.result().thenApply(RunFailedTest::demand).join());
        assertSame(thrown, failed.getCause().getCause().getCause());
    }

    private static Result demand(Result result) {
        try {
            return result.orThrow();
        } catch (RunFailedException e) {
            throw new IllegalStateException(e);
        }
    }
}
