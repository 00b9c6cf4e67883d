package dev.leash.supervising;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** G6: after many runs there are as many descriptors and zombies as before, and those of others were left alone. */
@Timeout(120)
class DescriptorTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @TempDir
    Path temp;

    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    @Test
    void aThousandRunsLeaveTheNumberOfDescriptorsExactlyAsItWas() throws Exception {
        Command echo = Command.of("sh", "-c", "echo x; echo y >&2");
        List<Command> commands = List.of(
                echo.stdin(Stdin.text("unread")),
                echo.mergeStderr(),
                echo.stdout(Output.discard()).stderr(Output.discard()),
                Command.of("true").inheritIo());
        for (Command command : commands) {
            supervisor.run(command).orThrow(); // classes, and what they open, are loaded now
        }
        List<String> base = descriptors();
        for (int i = 0; i < 1_000; i++) {
            supervisor.run(commands.get(i % 4)).orThrow();
            if (i % 100 == 0) {
                assertEquals(base, descriptors(), "after " + i + " runs");
            }
        }
        assertEquals(base, descriptors());
    }

    @Test
    void runsThatAreKilledWithTheirPipesFullLeaveNoDescriptor() throws Exception {
        byte[] input = new byte[1 << 20];
        Command command = Command.of("sh", "-c", "yes & yes >&2 & sleep 60")
                .stdin(Stdin.bytes(input))
                .timeout(java.time.Duration.ofMillis(5))
                .stdout(Output.capture(1 << 24))
                .stderr(Output.capture(1 << 24));
        supervisor.run(command);
        List<String> base = descriptors();
        for (int i = 0; i < 50; i++) {
            assertEquals(Cause.TIMED_OUT, supervisor.run(command).cause());
        }
        assertEquals(base, descriptors());
    }

    /** A number that is closed twice is by then somebody else's. Two seconds are thousands of files. */
    @Test
    void filesThatAreOpenedWhileChildrenExitAreNotClosedOrMixedUp() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger opened = new AtomicInteger();
        FutureTask<Void> opening = new FutureTask<>(() -> openAndVerify(stop, opened));
        Thread.ofPlatform().start(opening);
        int runs = 0;
        long end = System.nanoTime() + 2_000_000_000L;
        while ((System.nanoTime() < end || runs <= 20 || opened.get() <= 20) && !opening.isDone()) {
            String text = "run " + runs;
            Command command =
                    Command.of("sh", "-c", "cat; echo \"$1\" >&2", "sh", text).stdin(Stdin.text(text));
            Result result = supervisor.run(command).orThrow();
            assertEquals(text, result.stdout());
            assertEquals(text + "\n", result.stderr());
            runs++;
        }
        stop.set(true);
        opening.get();
        assertTrue(opened.get() > 20 && runs > 20, opened + " files, " + runs + " runs");
    }

    /** Has always so many open that each number which becomes free is taken at once. */
    private Void openAndVerify(AtomicBoolean stop, AtomicInteger opened) throws IOException {
        Deque<OpenFile> open = new ArrayDeque<>();
        while (!stop.get()) {
            int number = opened.getAndIncrement();
            open.add(OpenFile.open(temp.resolve("file" + number % 100), (byte) number));
            if (open.size() > 30) {
                open.remove().verifyAndClose();
            }
        }
        for (OpenFile file : open) {
            file.verifyAndClose();
        }
        return null;
    }

    /** A file of a hundred equal bytes. */
    private record OpenFile(RandomAccessFile file, byte content) {
        static OpenFile open(Path path, byte content) throws IOException {
            OpenFile opened = new OpenFile(new RandomAccessFile(path.toFile(), "rw"), content);
            opened.file.write(opened.data());
            return opened;
        }

        private byte[] data() {
            byte[] data = new byte[100];
            Arrays.fill(data, content);
            return data;
        }

        void verifyAndClose() throws IOException {
            byte[] read = new byte[100];
            file.seek(0);
            file.readFully(read);
            assertArrayEquals(data(), read);
            file.close();
        }
    }

    @Test
    void aThousandRunsAndFailedStartsLeaveNoZombie() throws Exception {
        Path missing = temp.resolve("missing");
        List<Integer> before = children();
        for (int i = 0; i < 200; i++) {
            supervisor.run(Command.of("true"));
            supervisor.run(Command.of("sh", "-c", "exit 3").inheritIo());
            supervisor.run(Command.of("sh", "-c", "kill -9 $$").mergeStderr());
            assertThrows(SpawnException.class, () -> supervisor.run(Command.of("/no-exist")));
            assertThrows(
                    SpawnException.class,
                    () -> supervisor.run(Command.of("true").directory(missing)));
        }
        assertEquals(before, children());
    }

    /** The guardian is one of them. */
    private static List<Integer> children() {
        return ProcScan.children().stream().map(ProcScan.Info::pid).sorted().toList();
    }

    @Test
    void whatIsStartedAndForgottenIsReapedAllTheSame() throws Exception {
        List<Integer> before = children();
        for (int i = 0; i < 50; i++) {
            startAndForget();
        }
        System.gc();
        dev.leash.support.Eventually.eventually(
                "all children are reaped", () -> children().equals(before));
        System.gc();
        assertEquals("x", supervisor.run(Command.of("printf", "x")).stdout());
    }

    @SuppressWarnings("unused")
    private void startAndForget() throws Exception {
        Child forgotten = supervisor.start(Command.of("sh", "-c", "echo x; sleep 0.1; echo y"));
    }

    /** Without those that the JVM opens for itself at any time. */
    private static List<String> descriptors() {
        return LeakCheck.descriptors().stream().sorted().toList();
    }
}
