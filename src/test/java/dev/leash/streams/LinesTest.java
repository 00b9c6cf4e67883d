package dev.leash.streams;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.RecordedLog;
import dev.leash.support.VirtualThreads;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lines of real children. How bytes become lines is in LineDecoderTest. */
@Timeout(60)
class LinesTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final List<String> lines = new ArrayList<>();
    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @Test
    void linesAreMessagesOfALogger() throws Exception {
        try (RecordedLog log = new RecordedLog("LinesTest")) {
            System.Logger target = System.getLogger("LinesTest");
            Command command = Command.of("printf", "%s", "a {0} '{1}' %s\nlast");
            assertEquals(
                    command.stdout(Output.log(target, System.Logger.Level.INFO)),
                    command.stdout(Output.log(target, System.Logger.Level.INFO)));
            supervisor
                    .run(command.stdout(Output.log(target, System.Logger.Level.WARNING)))
                    .orThrow();
            supervisor
                    .run(command.stdout(Output.log(target, System.Logger.Level.TRACE)))
                    .orThrow();
            assertEquals(List.of("WARNING a {0} '{1}' %s", "WARNING last"), log.lines());
        }
    }

    @AfterEach
    void close() {
        supervisor.close();
        VirtualThreads.assertNoneOfLeash();
    }

    @Test
    void everyLineHasBeenConsumedWhenTheResultIsThere() throws Exception {
        for (int i = 0; i < 50; i++) {
            lines.clear();
            Result result = supervisor
                    .run(Command.of("seq", "2000").stdout(Output.lines(lines::add)))
                    .orThrow();
            assertEquals(
                    IntStream.rangeClosed(1, 2000).mapToObj(Integer::toString).toList(), lines);
            assertTrue(result.outputComplete());
            assertEquals("", result.stdout(), "nothing is captured");
        }
    }

    @Test
    void linesComeWhileTheChildRuns() throws Exception {
        BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        Child child = supervisor.start(Command.of("cat").stdin(Stdin.pipe()).stdout(Output.lines(queue::add)));
        try (OutputStream stdin = child.stdin()) {
            for (int i = 0; i < 20; i++) {
                stdin.write(("line " + i + "\n").getBytes(UTF_8));
                assertEquals("line " + i, queue.take());
            }
        }
        child.await().orThrow();
        assertTrue(queue.isEmpty());
    }

    @Test
    void linesAreConsumedOnAVirtualThreadOfTheRun() throws Exception {
        List<Thread> threads = new ArrayList<>();
        supervisor
                .run(Command.of("echo", "x").stdout(Output.lines(line -> threads.add(Thread.currentThread()))))
                .orThrow();
        assertTrue(threads.getFirst().isVirtual());
    }

    @Test
    void lastLineWithoutNewlineAndEmptyLinesAreLines() throws Exception {
        supervisor
                .run(Command.of("printf", "a\\n\\nb\\r\\n\\r\\nc").stdout(Output.lines(lines::add)))
                .orThrow();
        assertEquals(List.of("a", "", "b", "", "c"), lines);
    }

    @Test
    void bothStreamsHaveTheirOwnLines() throws Exception {
        List<String> errors = new ArrayList<>();
        supervisor
                .run(Command.shell("echo out; echo err >&2; printf more")
                        .stdout(Output.lines(lines::add))
                        .stderr(Output.lines(errors::add)))
                .orThrow();
        assertEquals(List.of("out", "more"), lines);
        assertEquals(List.of("err"), errors);
    }

    @Test
    void commandWithAConsumerOfLinesCanRunAgain() throws Exception {
        Command command = Command.of("printf", "a\\nb").stdout(Output.lines(lines::add));
        supervisor.run(command).orThrow();
        supervisor.run(command).orThrow();
        assertEquals(List.of("a", "b", "a", "b"), lines);
    }

    /** Each half comes in a write of its own: the second is only written when the first has been echoed. */
    @Test
    void charactersAreRightWhereverTheWritesCutThem() throws Exception {
        String text = "aé漢🐢\r\nz";
        for (Charset charset : List.of(UTF_8, UTF_16LE)) {
            byte[] bytes = text.getBytes(charset);
            for (int cut = 1; cut < bytes.length; cut++) {
                lines.clear();
                // The other stream tells that the first half is on its way.
                Child child =
                        supervisor.start(Command.shell("head -c " + cut + "; echo >&2; head -c " + (bytes.length - cut))
                                .stdin(Stdin.pipe())
                                .stderr(Output.pipe())
                                .stdout(Output.lines(charset, 1_000, lines::add)));
                try (OutputStream stdin = child.stdin();
                        InputStream stderr = child.stderr()) {
                    stdin.write(bytes, 0, cut);
                    assertEquals('\n', stderr.read());
                    stdin.write(bytes, cut, bytes.length - cut);
                }
                Result result = child.await().orThrow();
                assertEquals(List.of("aé漢🐢", "z"), lines, charset + " cut at " + cut);
                assertEquals(0, result.malformedInput());
            }
        }
    }

    @Test
    void noCharacterOf200KilobytesIsTornAtTheEdgeOfABuffer() throws Exception {
        String text = "漢".repeat(65_537);
        Result result = supervisor
                .run(Command.of("cat")
                        .stdin(Stdin.text(text))
                        .stdout(Output.lines(lines::add))
                        .stderr(Output.capture()))
                .orThrow();
        assertEquals(List.of(text), lines);
        assertEquals(0, result.malformedInput());
        String captured = supervisor
                .run(Command.of("cat").stdin(Stdin.text(text)))
                .orThrow()
                .stdout();
        assertEquals(text, captured);
    }

    @Test
    void otherCharsetsAreDecodedAndWhatIsNoneIsCounted() throws Exception {
        Command command = Command.of("printf", "\\351t\\351\\n\\377").stdout(Output.lines(ISO_8859_1, 100, lines::add));
        assertEquals(0, supervisor.run(command).orThrow().malformedInput());
        assertEquals(List.of("été", "ÿ"), lines);
        lines.clear();
        Result result = supervisor.run(command.stdout(Output.lines(lines::add))).orThrow();
        assertEquals(List.of("\uFFFDt\uFFFD", "\uFFFD"), lines);
        assertEquals(3, result.malformedInput());
        assertTrue(result.outputComplete());
    }

    @Test
    void lineOf100MBComesInBoundedPieces() throws Exception {
        AtomicInteger longest = new AtomicInteger();
        AtomicInteger pieces = new AtomicInteger();
        long[] total = {0};
        Result result = supervisor.run(Command.shell("head -c 100000000 /dev/zero | tr '\\0' x; echo; echo end")
                .stdout(Output.lines(line -> {
                    longest.accumulateAndGet(line.length(), Math::max);
                    pieces.incrementAndGet();
                    total[0] += line.length();
                })));
        assertTrue(result.orThrow().outputComplete());
        assertEquals(Output.DEFAULT_LINE_LIMIT, longest.get());
        assertEquals(100_000_003, total[0]);
        assertEquals(100_000_000 / Output.DEFAULT_LINE_LIMIT + 2, pieces.get());
    }

    @Test
    void lineLimitIsThatOfTheCaller() throws Exception {
        supervisor
                .run(Command.of("printf", "abcdefg\\nhi\\n").stdout(Output.lines(UTF_8, 3, lines::add)))
                .orThrow();
        assertEquals(List.of("abc", "def", "g", "hi"), lines);
    }

    @Test
    void argumentsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> Output.lines(UTF_8, 0, lines::add));
        assertThrows(IllegalArgumentException.class, () -> Output.lines(UTF_8, -1, lines::add));
        assertThrows(NullPointerException.class, () -> Output.lines(null));
        assertThrows(NullPointerException.class, () -> Output.lines(null, 1, lines::add));
    }
}
