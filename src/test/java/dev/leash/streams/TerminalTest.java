package dev.leash.streams;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import dev.leash.support.VirtualThreads;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs that believe they talk to a person. */
@Timeout(60)
class TerminalTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.builder().name("leash-loop").create();
    }

    @AfterEach
    void close() {
        supervisor.close();
        VirtualThreads.assertNoneOfLeash();
    }

    private static Command onTerminal(String script) {
        return Command.shell(script).terminal(80, 24).timeout(Duration.ofSeconds(40));
    }

    @Test
    void terminalHasTheSizeThatWasAskedFor() throws Exception {
        assertEquals(
                "24 80\r\n", supervisor.run(onTerminal("stty size")).orThrow().stdout());
        assertEquals(
                "1 65535\r\n",
                supervisor
                        .run(Command.of("stty", "size").terminal(65_535, 1))
                        .orThrow()
                        .stdout());
    }

    @Test
    void programIsToldOfANewSize() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Child child = supervisor.start(onTerminal("trap 'stty size' WINCH; echo ready; while :; do sleep 0.02; done")
                .stdout(Output.lines(lines::add)));
        assertEquals("ready", lines.take());
        assertTrue(child.resize(132, 43));
        assertEquals("43 132", lines.take());
        assertTrue(child.resize(10, 5));
        assertEquals("5 10", lines.take());
        assertThrows(IllegalArgumentException.class, () -> child.resize(0, 5));
        child.kill();
        child.await();
        assertFalse(child.resize(80, 24), "it has none any more");
    }

    @Test
    void childWithoutATerminalCannotBeResized() throws Exception {
        Child child = supervisor.start(Command.of("sleep", "60"));
        assertFalse(child.resize(80, 24));
        child.kill();
        child.await();
    }

    @Test
    void allThreeStreamsAreTheTerminal() throws Exception {
        Result result = supervisor
                .run(onTerminal("for fd in 0 1 2; do test -t $fd && echo $fd; done; tty; echo error >&2"))
                .orThrow();
        String[] lines = result.stdout().split("\r\n", 0);
        assertEquals(List.of("0", "1", "2"), List.of(lines).subList(0, 3));
        assertTrue(lines[3].startsWith("/dev/pts/"), lines[3]);
        assertEquals("error", lines[4]);
        assertEquals("", result.stderr());
        assertFalse(supervisor
                .run(Command.shell("test -t 0 || test -t 1 || test -t 2"))
                .succeeded());
    }

    @Test
    void programsThatAskWhetherItIsATerminalShowColours() throws Exception {
        Command ls = Command.of("ls", "--color=auto", "/").env("TERM", "xterm").unsetEnv("LS_COLORS");
        assertFalse(supervisor.run(ls).orThrow().stdout().contains("\u001b["));
        assertTrue(supervisor.run(ls.terminal(80, 24)).orThrow().stdout().contains("\u001b["));
    }

    @Test
    void childLeadsASessionOfItsOwnAndTheTerminalControlsIt() throws Exception {
        // pid, group, session, terminal, foreground group: see proc_pid_stat(5).
        Child child = supervisor.start(
                onTerminal("cut -d ' ' -f 1,5,6,7,8 /proc/$$/stat; echo to the terminal >/dev/tty; :"));
        String[] lines = child.await().orThrow().stdout().split("\r\n", 0);
        String[] stat = lines[0].split(" ", 0);
        String pid = Long.toString(child.pid());
        assertEquals(List.of(pid, pid, pid), List.of(stat).subList(0, 3));
        assertNotEquals("0", stat[3]);
        assertEquals(pid, stat[4]);
        assertEquals("to the terminal", lines[1]);
    }

    /** The master of a terminal reads EIO at the end: an end like any other. */
    @Test
    void outputIsReadToItsEnd() throws Exception {
        String expected =
                IntStream.rangeClosed(1, 3_000).mapToObj(i -> i + "\r\n").collect(Collectors.joining());
        for (int i = 0; i < 30; i++) {
            Result result =
                    supervisor.run(Command.of("seq", "3000").terminal(80, 24)).orThrow();
            assertEquals(expected, result.stdout());
            assertTrue(result.outputComplete());
        }
    }

    @Test
    void outputCanBeReadInEveryWayThatPassesThroughHere() throws Exception {
        Command command = onTerminal("echo a; printf b");
        List<String> lines = new ArrayList<>();
        supervisor.run(command.stdout(Output.lines(lines::add))).orThrow();
        assertEquals(List.of("a", "b"), lines);
        Child child = supervisor.start(command.stdout(Output.pipe()));
        assertEquals("a\r\nb", new String(child.stdout().readAllBytes(), UTF_8));
        assertTrue(child.await().outputComplete());
        StringBuilder handled = new StringBuilder();
        supervisor
                .run(command.stdout(Output.onLoop(bytes -> handled.append(UTF_8.decode(bytes)))))
                .orThrow();
        assertEquals("a\r\nb", handled.toString());
    }

    @Test
    void outputThatNobodyReadsIsThereAfterTheExit() throws Exception {
        Child child = supervisor.start(onTerminal("seq 100").stdout(Output.pipe()));
        assertTrue(child.await().orThrow().outputComplete());
        assertEquals(392, new String(child.stdout().readAllBytes(), UTF_8).length());
    }

    @Test
    void whatIsTypedIsEchoedAndReadAndThenItsEnd() throws Exception {
        Command cat = Command.of("cat").terminal(80, 24).timeout(Duration.ofSeconds(40));
        assertEquals(
                "hello\r\nhello\r\n",
                supervisor.run(cat.stdin(Stdin.text("hello\n"))).orThrow().stdout());
        assertEquals(
                "hellohello",
                supervisor.run(cat.stdin(Stdin.text("hello"))).orThrow().stdout(),
                "a line without end");
        assertEquals("", supervisor.run(cat).orThrow().stdout(), "nothing is typed but the end");
        assertEquals(
                "a\r\na\r\n",
                supervisor
                        .run(cat.stdin(Stdin.from(new java.io.ByteArrayInputStream("a\n".getBytes(UTF_8)))))
                        .orThrow()
                        .stdout());
    }

    @Test
    void dialogueIsTypedByHand() throws Exception {
        Child child = supervisor.start(onTerminal("stty -echo; printf 'name? '; read name; echo \"hello $name\"")
                .stdin(Stdin.pipe())
                .stdout(Output.pipe()));
        InputStream screen = child.stdout();
        assertEquals("name? ", new String(screen.readNBytes(6), UTF_8));
        try (OutputStream keys = child.stdin()) {
            keys.write("turtle\n".getBytes(UTF_8));
            assertEquals("hello turtle\r\n", new String(screen.readAllBytes(), UTF_8));
        }
        assertTrue(child.await().succeeded());
    }

    @Test
    void keysForSignalsWorkAsOnAnyTerminal() throws Exception {
        Child child = supervisor.start(
                onTerminal("echo ready; exec sleep 60").stdin(Stdin.pipe()).stdout(Output.pipe()));
        InputStream screen = child.stdout();
        assertEquals("ready\r\n", new String(screen.readNBytes(7), UTF_8));
        child.stdin().write(3); // Ctrl-C
        Result result = child.await();
        assertEquals(new ExitStatus.Signaled(Signal.INT, false), result.status());
        assertEquals(Cause.EXITED, result.cause());
    }

    @Test
    void rawTerminalPassesEveryByte() throws Exception {
        Child child = supervisor.start(onTerminal("stty raw -echo; echo; head -c 256 | od -An -v -tu1")
                .stdin(Stdin.pipe())
                .stdout(Output.pipe()));
        InputStream screen = child.stdout();
        assertEquals('\n', screen.read());
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        child.stdin().write(all);
        String seen = new String(screen.readAllBytes(), UTF_8).strip();
        assertEquals(IntStream.range(0, 256).mapToObj(Integer::toString).toList(), List.of(seen.split("\\s+", 0)));
        assertTrue(child.await().succeeded());
    }

    @Test
    void deadlineEndsAProgramOnATerminal() throws Exception {
        Child child = supervisor.start(Command.shell("trap '' HUP TERM INT; while :; do echo x; sleep 0.01; done")
                .terminal(80, 24)
                .stdin(Stdin.pipe())
                .timeout(Duration.ofSeconds(3)));
        Result result = child.await();
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertTrue(result.outputComplete());
        assertTrue(result.stdout().startsWith("x\r\n"));
        assertFalse(ProcScan.alive(child.pid()));
    }

    /** The terminal is hung up as long as nobody has it open: told of that, the loop must not turn in circles. */
    @Test
    void childThatClosesItsTerminalAndLivesOnCostsNoTime() throws Exception {
        Child child = supervisor.start(Command.shell("exec <&- >&- 2>&-; exec sleep 60")
                .terminal(80, 24)
                .stdin(Stdin.pipe()));
        eventually(
                "its terminal is closed",
                () -> ProcScan.of(child.pid()).orElseThrow().name().equals("sleep"));
        long before = loopNanos();
        Thread.sleep(1_000);
        long used = loopNanos() - before;
        assertTrue(child.isRunning());
        assertTrue(used < 200_000_000, used + " ns of one second");
        child.kill();
        child.await();
    }

    /** Whoever closes the terminal may be about to exit, as every program is that closes its streams at its end. */
    @Test
    void childThatClosesItsTerminalIsNotHungUp() throws Exception {
        for (Stdin stdin : List.of(Stdin.empty(), Stdin.pipe(), Stdin.text("x"))) {
            Child child = supervisor.start(Command.shell("exec <&- >&- 2>&-; sleep 0.3; exit 5")
                    .terminal(80, 24)
                    .stdin(stdin));
            assertEquals(new ExitStatus.Exited(5), child.await().status());
        }
        for (int i = 0; i < 200; i++) {
            supervisor
                    .run(Command.of("cat").terminal(80, 24).stdin(Stdin.text("x\n")))
                    .orThrow();
        }
    }

    private static long loopNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long id = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("leash-loop"))
                .findFirst()
                .orElseThrow()
                .threadId();
        return threads.getThreadCpuTime(id);
    }

    @Test
    void backgroundJobsOfTheTerminalEndWithIt() throws Exception {
        String marker = ProcScan.newMarker();
        Result result = supervisor.run(onTerminal("sleep 60 & echo started").env(ProcScan.MARKER_VARIABLE, marker));
        assertTrue(result.succeeded());
        assertEquals("started\r\n", result.stdout());
        assertTrue(result.outputComplete());
        eventually("nothing is left", () -> ProcScan.withMarker(marker).isEmpty());
    }

    @Test
    void furtherDescriptorsAreNotTheTerminal() throws Exception {
        Result result = supervisor
                .run(onTerminal("test -t 3 || cat <&3; echo four >&4")
                        .input(3, Stdin.text("three"))
                        .output(4, Output.capture()))
                .orThrow();
        assertEquals("three", result.stdout());
        assertEquals("four\n", new String(result.output(4), UTF_8));
    }

    @Test
    void manyTerminalsAtOnceAreApart() throws Exception {
        List<Child> children = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            children.add(supervisor.start(onTerminal("read line; stty size; echo $line")
                    .terminal(100 + i, 50)
                    .stdin(Stdin.text("number " + i + "\n"))));
        }
        for (int i = 0; i < 30; i++) {
            String number = "number " + i + "\r\n";
            assertEquals(
                    number + "50 " + (100 + i) + "\r\n" + number,
                    children.get(i).await().orThrow().stdout());
        }
    }

    @Test
    void programThatCannotBeStartedLeavesNoTerminal() {
        for (int i = 0; i < 10; i++) {
            assertThrows(
                    SpawnException.class,
                    () -> supervisor.run(Command.of("/no-exist").terminal(80, 24)));
        }
    }

    /** What cannot be done is refused, instead of being left out. */
    @Test
    void streamsThatPassByAreRefused() {
        Command command = Command.of("true").terminal(80, 24);
        Path file = Path.of("/dev/null");
        for (Output output : List.of(Output.discard(), Output.inherit(), Output.file(file), Output.append(file))) {
            assertThrows(IllegalArgumentException.class, () -> supervisor.run(command.stdout(output)));
        }
        for (Stdin input : List.of(Stdin.inherit(), Stdin.file(file))) {
            assertThrows(IllegalArgumentException.class, () -> supervisor.run(command.stdin(input)));
        }
    }

    @Test
    void sizesAreChecked() {
        Command command = Command.of("true");
        for (int wrong : new int[] {0, -1, 65_536, Integer.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> command.terminal(wrong, 24));
            assertThrows(IllegalArgumentException.class, () -> command.terminal(80, wrong));
        }
    }
}
