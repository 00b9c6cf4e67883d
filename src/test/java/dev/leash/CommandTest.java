package dev.leash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a {@link Command} and a {@link Result} say of themselves, and that a command never changes. */
@Timeout(60)
class CommandTest {
    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    // ---- Refused before anything happens.

    /** Were all copied each time, this would take hours, and not end in time. */
    @Test
    void aMillionArgumentsCanBeAddedOneByOne() {
        Command command = Command.of("echo");
        for (int i = 0; i < 500_000; i++) {
            command = command.args("a").arg(new byte[] {'b'});
        }
        assertEquals("echo" + " a b".repeat(500_000), command.toString());
    }

    @Test
    void aCommandNeedsAProgram() {
        assertThrows(IllegalArgumentException.class, () -> Command.of());
        assertThrows(IllegalArgumentException.class, () -> Command.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> Command.ofBytes(List.of()));
    }

    @Test
    void nullIsRefusedWhereverItStands() {
        Command command = Command.of("true");
        byte[] bytes = {'x'};
        assertThrows(NullPointerException.class, () -> Command.of((List<String>) null));
        assertThrows(NullPointerException.class, () -> Command.of((String[]) null));
        assertThrows(NullPointerException.class, () -> Command.of((String) null));
        assertThrows(NullPointerException.class, () -> Command.of("echo", null));
        assertThrows(NullPointerException.class, () -> Command.of(Arrays.asList("echo", null, "x")));
        assertThrows(NullPointerException.class, () -> Command.ofBytes(null));
        assertThrows(NullPointerException.class, () -> Command.ofBytes(Arrays.asList(bytes, null)));
        assertThrows(NullPointerException.class, () -> Command.shell(null));
        assertThrows(NullPointerException.class, () -> command.args("x", null));
        assertThrows(NullPointerException.class, () -> command.args((String[]) null));
        assertThrows(NullPointerException.class, () -> command.arg(null));
        assertThrows(NullPointerException.class, () -> command.env(null, "x"));
        assertThrows(NullPointerException.class, () -> command.env("x", null));
        assertThrows(NullPointerException.class, () -> command.env(null, bytes));
        assertThrows(NullPointerException.class, () -> command.env(bytes, null));
        assertThrows(NullPointerException.class, () -> command.unsetEnv(null));
        assertThrows(NullPointerException.class, () -> command.directory((Path) null));
        assertThrows(NullPointerException.class, () -> command.directory((byte[]) null));
        assertThrows(NullPointerException.class, () -> command.stdin(null));
        assertThrows(NullPointerException.class, () -> command.stdout(null));
        assertThrows(NullPointerException.class, () -> command.stderr(null));
        assertThrows(NullPointerException.class, () -> command.stopPlan(null));
        assertThrows(NullPointerException.class, () -> command.stragglers(null));
        assertThrows(NullPointerException.class, () -> Stdin.bytes(null));
        assertThrows(NullPointerException.class, () -> Stdin.text(null));
        assertThrows(NullPointerException.class, () -> supervisor.start(null));
        assertThrows(NullPointerException.class, () -> supervisor.run(null));
        assertThrows(NullPointerException.class, () -> Supervisor.builder().name(null));
    }

    @Test
    void aCaptureLimitIsALengthThatAnArrayCanHave() {
        Output.capture(0);
        Output.capture(Integer.MAX_VALUE - 8);
        for (long limit :
                new long[] {-1, Long.MIN_VALUE, Integer.MAX_VALUE - 7, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> Output.capture(limit), "limit " + limit);
        }
    }

    // ---- Immutable.

    @Test
    void everyChangeGivesAnotherCommandAndLeavesTheFirstAsItWas() throws Exception {
        Command first = Command.of("sh", "-c", "echo \"$#$LEASH_TEST\"; pwd; echo e >&2; cat", "sh");
        String plain = supervisor.run(first.directory(Path.of("/"))).stdout();
        List<Command> changed = List.of(
                first.args("a", "b"),
                first.arg(new byte[] {'a'}),
                first.env("LEASH_TEST", "x"),
                first.unsetEnv("PATH"),
                first.clearEnv(),
                first.directory(Path.of("/tmp")),
                first.stdin(Stdin.text("x")),
                first.stdout(Output.discard()),
                first.mergeStderr(),
                first.timeout(ofMillis(1)),
                first.stopPlan(StopPlan.signal(Signal.TERM).then(ofMillis(1)).kill()),
                first.stragglers(StragglerPolicy.LEAVE),
                first.drainTime(ofMillis(1)));
        for (Command other : changed) {
            assertNotEquals(first, other);
        }
        Result result = supervisor.run(first.directory(Path.of("/")));
        assertEquals(plain, result.stdout());
        assertEquals("0\n/\n", result.stdout());
        assertEquals("e\n", result.stderr());
        assertEquals(StopPlan.kill(), first.draft().stopPlan);
        assertEquals(Long.MAX_VALUE, first.draft().timeoutNanos);
    }

    @Test
    void arraysAndListsThatAreChangedAfterwardsChangeNothing() throws Exception {
        byte[] argument = {'a'};
        byte[] name = "LEASH_TEST".getBytes(UTF_8);
        byte[] value = {'v'};
        byte[] directory = {'/'};
        byte[] input = {'i'};
        List<byte[]> line = new ArrayList<>(
                List.of("sh".getBytes(UTF_8), "-c".getBytes(UTF_8), "echo $1$LEASH_TEST$PWD; cat".getBytes(UTF_8)));
        List<String> words = new ArrayList<>(List.of("echo", "one"));
        Command listed = Command.of(words);
        Command command = Command.ofBytes(line)
                .args("sh")
                .arg(argument)
                .env(name, value)
                .directory(directory)
                .stdin(Stdin.bytes(input));
        words.set(1, "two");
        line.clear();
        for (byte[] bytes : List.of(argument, name, value, directory, input)) {
            Arrays.fill(bytes, (byte) 'X');
        }
        assertEquals("av/\ni", supervisor.run(command).stdout());
        assertEquals("one\n", supervisor.run(listed).stdout());
    }

    @Test
    void theBytesOfAResultAreTheCallersOwn() throws Exception {
        Result result = supervisor.run(Command.of("sh", "-c", "echo out; echo err >&2"));
        Arrays.fill(result.stdoutBytes(), (byte) 'X');
        Arrays.fill(result.stderrBytes(), (byte) 'X');
        assertEquals("out\n", result.stdout());
        assertArrayEquals("err\n".getBytes(UTF_8), result.stderrBytes());
    }

    @Test
    void oneCommandStartedTwiceAtOnceIsTwoChildren() throws Exception {
        Command command = Command.of("sh", "-c", "echo $$; cat").stdin(Stdin.text("in"));
        CyclicBarrier barrier = new CyclicBarrier(8);
        Set<Long> pids = ConcurrentHashMap.newKeySet();
        List<Future<?>> ends = new ArrayList<>();
        try (var pool = java.util.concurrent.Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 8; i++) {
                ends.add(pool.submit(() -> {
                    barrier.await();
                    Child child = supervisor.start(command);
                    assertSame(command, child.command());
                    Result result = child.await();
                    assertEquals(child.pid() + "\nin", result.stdout());
                    assertEquals(child.pid(), result.pid());
                    pids.add(child.pid());
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        }
        assertEquals(8, pids.size());
    }

    // ---- As text.

    @Test
    void whatACommandShowsCanBePastedIntoAShell() throws Exception {
        List<String> arguments = List.of(
                "",
                " ",
                "a b",
                "it's",
                "''",
                "\"$HOME\"",
                "`id`",
                "$(id)",
                "*",
                "?",
                "~",
                "#x",
                "a\\b",
                "\\",
                "a\nb",
                "\n",
                "tab\tbed",
                "!x",
                "-n",
                "--",
                "a=b",
                "ä€😀",
                "{a,b}",
                "[x]",
                "a;b",
                "a&b",
                "<x>",
                "(x)",
                "%s",
                "@%+=:,./-_9");
        List<String> line = new ArrayList<>(List.of("/usr/bin/printf", "%s\\0"));
        line.addAll(arguments);
        String shown = Command.of(line).toString();
        Result pasted = supervisor.run(Command.of("sh", "-c", shown));
        assertEquals(String.join("\0", arguments) + "\0", pasted.stdout());
        assertTrue(pasted.succeeded());
    }

    @Test
    void aPlainCommandIsShownAsItIs() {
        assertEquals(
                "make -j8 CC=clang ./all",
                Command.of("make", "-j8", "CC=clang", "./all").toString());
        assertEquals("/bin/sh -c 'echo a  b'", Command.shell("echo a  b").toString());
    }

    @Test
    void noControlCharacterReachesATerminal() {
        String shown = Command.of("echo", "\u001b[2J\u0007\0\r\u007f").toString();
        assertFalse(shown.chars().anyMatch(c -> c < ' ' || c == 0x7f), shown);
        assertEquals("echo '?[2J????'", shown);
    }

    @Test
    void aFailureIsToldWithTheCommandAndHowItEnded() throws Exception {
        RunFailedException exited = failure(Command.of("sh", "-c", "exit 7"));
        assertEquals("sh -c 'exit 7': exit code 7", exited.getMessage());
        assertEquals(new ExitStatus.Exited(7), exited.result().status());

        RunFailedException killed = failure(Command.shell("kill -9 $$"));
        assertEquals("/bin/sh -c 'kill -9 $$': ended by SIGKILL", killed.getMessage());

        RunFailedException late = failure(Command.of("sleep", "60").timeout(ofMillis(50)));
        assertEquals("sleep 60: timed out after 0.05s, ended by SIGKILL", late.getMessage());

        Command polite = Command.shell("trap 'exit 0' TERM; sleep 60 & wait")
                .stopPlan(StopPlan.signal(Signal.TERM).then(ofSeconds(20)).kill());
        Duration limit = ofMillis(250);
        RunFailedException handled = failure(polite.timeout(limit));
        while (handled.result().status() instanceof ExitStatus.Signaled) { // before the shell came to its trap
            limit = limit.multipliedBy(2);
            handled = failure(polite.timeout(limit));
        }
        String expected = ": timed out after " + Durations.text(limit.toNanos()) + ", exit code 0";
        assertTrue(handled.getMessage().endsWith(expected), handled.getMessage());

        RunFailedException loud = failure(Command.of("yes").stdout(Output.capture(10)));
        assertEquals("yes: exceeded its output limit, ended by SIGKILL", loud.getMessage());

        Child child = supervisor.start(Command.of("sleep", "60"));
        child.kill();
        assertEquals("sleep 60: was cancelled, ended by SIGKILL", child.await().toString());
    }

    @Test
    void aSuccessIsReturned() throws Exception {
        Result result = supervisor.run(Command.of("true"));
        assertSame(result, result.orThrow());
        assertTrue(result.succeeded());
    }

    @Test
    void aFailureSurvivesSerializationWithoutItsResult() throws Exception {
        RunFailedException failure = failure(Command.of("false"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failure);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertEquals("false: exit code 1", ((RunFailedException) in.readObject()).getMessage());
        }
    }

    private RunFailedException failure(Command command) throws Exception {
        Result result = supervisor.run(command);
        assertFalse(result.succeeded());
        return assertThrows(RunFailedException.class, result::orThrow);
    }
}
