package dev.leash.supervising;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.VirtualThreads;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Virtual threads that feed and read children park, and never pin their carriers. */
@Timeout(180)
class VirtualThreadTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final int THREADS = 10_000;
    private static final int CHILDREN_AT_ONCE = 200;

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
        VirtualThreads.assertNoneOfLeash();
    }

    @Test
    void tenThousandOfThemReadOneChildEachAndPinNoCarrier() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicInteger right = new AtomicInteger();
        // The JDK's decoders are initialized by the first thread that decodes, and a thread that waits for it is
        // pinned.
        assertEquals("", UTF_8.decode(ByteBuffer.allocate(0)).toString());
        // So are our classes, and a thread that loads one may get no processor for a while.
        for (int number = 0; number < 4; number++) {
            assertEquals("child " + number, read(number));
        }
        List<String> pinned = pinned(() -> {
            Semaphore atOnce = new Semaphore(CHILDREN_AT_ONCE);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                threads.add(Thread.ofVirtual().start(() -> {
                    atOnce.acquireUninterruptibly();
                    try {
                        if (read(number).equals("child " + number)) {
                            right.incrementAndGet();
                        }
                    } catch (Throwable thrown) {
                        failure.set(thrown);
                    } finally {
                        atOnce.release();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        });
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        assertEquals(THREADS, right.get());
        assertEquals(List.of(), pinned);
    }

    /** In each of the ways to read, by turns. */
    private String read(int number) throws Exception {
        Command echo = Command.of("printf", "child " + number);
        if (number % 4 == 0) {
            return supervisor.run(echo).orThrow().stdout();
        }
        Child child = supervisor.start(echo.stdout(Output.pipe()));
        String text;
        if (number % 4 == 1) {
            text = new String(child.stdout().readAllBytes(), UTF_8);
        } else if (number % 4 == 2) {
            ByteBuffer buffer = ByteBuffer.allocate(100);
            try (ReadableByteChannel channel = child.stdoutChannel()) {
                while (channel.read(buffer) >= 0) {
                    assertTrue(buffer.hasRemaining());
                }
            }
            text = UTF_8.decode(buffer.flip()).toString();
        } else {
            child.await();
            text = new String(child.stdout().readAllBytes(), UTF_8);
        }
        child.await().orThrow();
        return text;
    }

    /** Pinned, a few hundred of them would leave no carrier to anybody. */
    @Test
    void threeHundredThatWaitLeaveTheCarriersToOthers() throws Exception {
        List<Child> children = new ArrayList<>();
        List<Thread> waiting = new ArrayList<>();
        // The classes are loaded now: whoever waited for that would be pinned.
        waitForOne(children, waiting);
        awaitAllWaiting(waiting);
        children.removeFirst().kill();
        for (Thread thread : waiting) {
            thread.join();
        }
        waiting.clear();
        List<String> pinned = pinned(() -> {
            for (int i = 0; i < 100; i++) {
                waitForOne(children, waiting);
            }
            awaitAllWaiting(waiting);
            CountDownLatch done = new CountDownLatch(1);
            long before = System.nanoTime();
            Thread.ofVirtual().start(done::countDown);
            done.await();
            Duration took = Duration.ofNanos(System.nanoTime() - before);
            assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, took::toString);
            children.forEach(Child::kill);
            for (Thread thread : waiting) {
                thread.join();
            }
        });
        assertEquals(List.of(), pinned);
    }

    /** Three threads that wait for one more child. */
    private void waitForOne(List<Child> children, List<Thread> waiting) throws Exception {
        Child child =
                supervisor.start(Command.of("sleep", "60").stdin(Stdin.pipe()).stdout(Output.pipe()));
        children.add(child);
        InputStream stdout = child.stdout();
        OutputStream stdin = child.stdin();
        waiting.add(Thread.ofVirtual().start(() -> ends(stdout::read)));
        waiting.add(Thread.ofVirtual().start(() -> ends(() -> stdin.write(new byte[1_000_000]))));
        waiting.add(Thread.ofVirtual().start(() -> ends(child::await)));
    }

    private static void awaitAllWaiting(List<Thread> threads) {
        for (Thread thread : threads) {
            dev.leash.support.Eventually.eventually("it waits", () -> thread.getState() == Thread.State.WAITING);
        }
    }

    /** Something that ends, in whichever way. */
    private interface Ending {
        void run() throws Exception;
    }

    private static void ends(Ending ending) {
        try {
            ending.run();
        } catch (Exception e) {
            // A broken pipe, for who was writing.
            Thread.onSpinWait();
        }
    }

    /** The recording is judged, too: a monitor that is held in a native frame's caller shows. */
    @Test
    void recordingShowsAThreadThatIsPinned() throws Exception {
        List<String> pinned = pinnedAnywhere(() -> Thread.ofVirtual()
                .start(() -> {
                    // A class that is being initialized has a native frame beneath it, which nothing can unmount.
                    assertEquals(1, Pinning.VALUE);
                })
                .join());
        assertTrue(pinned.stream().anyMatch(stack -> stack.contains("Pinning")), pinned::toString);
    }

    private static final class Pinning {
        static final int VALUE;

        static {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            VALUE = Integer.parseInt("1");
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /** The stacks of the library in which a virtual thread was pinned while {@code work} ran. */
    private List<String> pinned(Work work) throws Exception {
        return pinnedAnywhere(work).stream()
                .filter(stack -> stack.contains("dev.leash."))
                .toList();
    }

    private List<String> pinnedAnywhere(Work work) throws Exception {
        Path file = temp.resolve("pinned.jfr");
        try (Recording recording = new Recording()) {
            // The recorder writes the first event of a kind with code that it makes then, which pins whoever waits for
            // it.
            for (String own : List.of("Start", "StartFailed", "Run", "StopStep", "Stall")) {
                recording.disable("dev.leash." + own);
            }
            recording
                    .enable("jdk.VirtualThreadPinned")
                    .withThreshold(Duration.ZERO)
                    .withStackTrace();
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        List<String> stacks = new ArrayList<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            StringBuilder stack = new StringBuilder(event.getDuration().toString());
            if (event.getStackTrace() != null) {
                for (RecordedFrame frame : event.getStackTrace().getFrames()) {
                    stack.append('\n')
                            .append(frame.getMethod().getType().getName())
                            .append('.')
                            .append(frame.getMethod().getName());
                }
            }
            stacks.add(stack.toString());
        }
        Files.delete(file);
        return stacks;
    }
}
