package dev.leash.internal.io;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What children cost: a pipe that floods grows, one that does not stays as it is, and who is idle has no buffer. */
@Timeout(60)
class CostTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** Asks for the size of the pipe that is standard input or output of a process: 1032 is F_GETPIPE_SZ. */
    private static final String GET_SIZE =
            "open(my $pipe, $ARGV[1] == 1 ? '>' : '<', \"/proc/$ARGV[0]/fd/$ARGV[1]\") or die; print fcntl($pipe, 1032, 0);";

    /** Reads all, with pauses in which its pipe becomes full. */
    private static final String READ_SLOWLY =
            "while (sysread STDIN, my $bytes, 65536) { select undef, undef, undef, 0.002; }";

    private Supervisor supervisor;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    private int pipeSize(Child child) throws Exception {
        return pipeSize(child, 1);
    }

    private int pipeSize(Child child, int descriptor) throws Exception {
        String size = supervisor
                .run(Command.of("perl", "-e", GET_SIZE, Long.toString(child.pid()), Integer.toString(descriptor)))
                .orThrow()
                .stdout();
        return Integer.parseInt(size);
    }

    private void assumePerl() throws Exception {
        Assumptions.assumeTrue(
                supervisor.run(Command.shell("command -v perl")).succeeded(),
                "perl is not installed, which is asked for the size of a pipe");
    }

    @Test
    void pipeThatIsFullAgainAndAgainGrows() throws Exception {
        assumePerl();
        AtomicLong bytes = new AtomicLong();
        for (Output output : List.of(
                Output.captureTail(10),
                Output.onLoop(buffer -> bytes.addAndGet(buffer.remaining())),
                Output.bytes(buffer -> bytes.addAndGet(buffer.remaining())))) {
            Child child = supervisor.start(
                    Command.of("dd", "if=/dev/zero", "bs=1M").stdout(output).stderr(Output.discard()));
            eventually("the pipe has grown", () -> pipeSize(child) == 1024 * 1024);
            child.kill();
            assertEquals(Cause.CANCELLED, child.await().cause());
        }
    }

    /** Two writes of 3000 bytes do not go into one page, so the pipe is full when it holds 48,000 bytes. */
    @Test
    void pipeThatIsFullThoughItsPagesAreNotGrows() throws Exception {
        assumePerl();
        Child child =
                supervisor.start(Command.of("perl", "-e", "my $bytes = 'x' x 3000; syswrite STDOUT, $bytes while 1;")
                        .stdout(Output.captureTail(10)));
        eventually("the pipe has grown", () -> pipeSize(child) == 1024 * 1024);
        child.kill();
        child.await();
    }

    @Test
    void pipeThatIsNeverFullStaysAsItIs() throws Exception {
        assumePerl();
        Child child = supervisor.start(
                Command.shell("seq 1000; while :; do sleep 0.01; seq 100; done").stdout(Output.captureTail(10)));
        Thread.sleep(500);
        assertEquals(64 * 1024, pipeSize(child));
        child.kill();
        child.await();
    }

    @Test
    void pipeOfAnInputThatMuchHasGoneThroughGrows() throws Exception {
        assumePerl();
        byte[] data = new byte[8 * 1024 * 1024];
        for (Stdin input : List.of(Stdin.bytes(data), Stdin.from(new ByteArrayInputStream(data)))) {
            Child child = supervisor.start(Command.of("perl", "-e", READ_SLOWLY).stdin(input));
            eventually("the pipe has grown", () -> pipeSize(child, 0) == 256 * 1024);
            child.kill();
            child.await();
        }
    }

    @Test
    void pipeOfAnInputThatIsNotReadOrIsSmallStaysAsItIs() throws Exception {
        assumePerl();
        Child deaf = supervisor.start(Command.of("sleep", "60").stdin(Stdin.bytes(new byte[8 * 1024 * 1024])));
        Child fed = supervisor.start(
                Command.of("perl", "-e", READ_SLOWLY + " sleep 60").stdin(Stdin.bytes(new byte[200 * 1024])));
        eventually(
                "one pipe is full, and all of the other's input is written",
                () -> supervisor.stats().bytesWritten() == (64 + 200) * 1024);
        assertEquals(64 * 1024, pipeSize(deaf, 0));
        assertEquals(64 * 1024, pipeSize(fed, 0));
        for (Child child : List.of(deaf, fed)) {
            child.kill();
            child.await();
        }
    }

    @Test
    void poolGivesBackWhatItWasGivenAndKeepsABoundedNumber() {
        ChunkPool pool = new ChunkPool();
        List<Chunk> taken = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            taken.add(pool.take());
        }
        Chunk first = taken.getFirst();
        first.bytes.position(5).limit(7);
        taken.forEach(pool::give);
        Chunk again = pool.take();
        assertEquals(first, again, "the first that was given");
        assertEquals(0, again.bytes.position());
        assertEquals(Chunk.SIZE, again.bytes.limit());
        int kept = 1;
        while (taken.contains(pool.take())) {
            kept++;
        }
        assertEquals(256, kept);
    }

    @Test
    void idleChildrenHaveNoBuffers() throws Exception {
        int children = 200;
        long before = chunks();
        List<Child> idle = new ArrayList<>();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < children; i++) {
            Child child = supervisor.start(
                    Command.of("sleep", "60").stdout(Output.pipe()).stderr(Output.bytes(bytes -> {})));
            idle.add(child);
            InputStream stdout = child.stdout();
            readers.add(Thread.ofVirtual().start(() -> {
                try {
                    assertEquals(-1, stdout.read());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        eventually("all readers wait", () -> readers.stream()
                .allMatch(reader -> reader.getState() == Thread.State.WAITING));
        // What a reader has read and is done with counts for nobody.
        long more = chunks() - before;
        idle.forEach(Child::kill);
        for (Child child : idle) {
            child.await();
        }
        assertTrue(more <= 2, more + " buffers for " + children + " idle children");
    }

    /** Counted by the JVM itself, after a collection. */
    private static long chunks() throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .filter(line ->
                        line.contains(" " + Chunk.class.getName() + " ") || line.endsWith(" " + Chunk.class.getName()))
                .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", 0)[1]))
                .sum();
    }

    /** The path of bytes makes no garbage on the loop: some bytes for a read of up to 256 KiB, if it is not compiled yet. */
    @Test
    void loopMakesNoGarbageForAFlood() throws Exception {
        long[] reads = {0};
        Child child = supervisor.start(Command.of("dd", "if=/dev/zero", "bs=64k")
                .stdout(Output.onLoop(bytes -> reads[0]++))
                .stderr(Output.discard()));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long loop = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("leash"))
                .findFirst()
                .orElseThrow()
                .threadId();
        // Whenever it is compiled: at some time a stretch of the flood costs next to nothing.
        eventually("reading makes no garbage", () -> {
            long readsBefore = reads[0];
            long bytesBefore = threads.getThreadAllocatedBytes(loop);
            Thread.sleep(200);
            long bytes = threads.getThreadAllocatedBytes(loop) - bytesBefore;
            long read = reads[0] - readsBefore;
            return read > 100 && bytes / read < 10;
        });
        child.kill();
        child.await();
    }
}
