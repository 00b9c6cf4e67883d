package dev.leash.internal.spawn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.SpawnException;
import dev.leash.forked.FirstStart;
import dev.leash.forked.Jvm;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SpawnAttributes;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A start with a table of descriptors of its own, as on musl, beside the one that lets the child close what is not its
 * own. The build runs other tests of starts in this way, too, with the property leash.unsharedStarts.
 */
@Timeout(120)
class UnsharedStartTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle OPEN = LINKER.downcallHandle(
            LINKER.defaultLookup().find("open").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = LINKER.downcallHandle(
            LINKER.defaultLookup().find("close").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private static final int STARTS = 3_000;
    private static final int RACERS = 3;

    @TempDir
    Path temp;

    private final CallState state = CallState.create();

    @Test
    void thePropertyMakesAllStartsSo() {
        assertEquals(!Boolean.getBoolean("leash.unsharedStarts"), KernelFeatures.CLOSES_IN_CHILD);
    }

    /** Without O_CLOEXEC, as the JDK and native libraries open most of their files and sockets. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noChildSeesWhatOtherThreadsOpenMeanwhile(boolean closesInChild) throws Exception {
        AtomicBoolean end = new AtomicBoolean();
        List<Callable<Long>> racers = new ArrayList<>();
        for (int racer = 0; racer < RACERS; racer++) {
            racers.add(() -> openAndClose(end));
        }
        int starts = closesInChild ? STARTS / 10 : STARTS; // for comparison only
        List<Callable<Void>> starters = new ArrayList<>();
        for (int starter = 0; starter < 2; starter++) {
            starters.add(() -> {
                CallState own = CallState.create();
                for (int start = 0; start < starts / 2; start++) {
                    // ls(1) has its own three, and the one that it reads the folder with.
                    assertEquals("0\n1\n2\n3\n", output(own, closesInChild, "ls", "/proc/self/fd"));
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(RACERS + starters.size())) {
            List<Future<Long>> opened = racers.stream().map(threads::submit).toList();
            try {
                for (Future<Void> done : threads.invokeAll(starters)) {
                    done.get();
                }
            } finally {
                end.set(true);
            }
            for (Future<Long> count : opened) {
                assertTrue(count.get() > starts, () -> "too few were opened meanwhile: " + opened);
            }
        }
    }

    private static long openAndClose(AtomicBoolean end) {
        long count = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom("/dev/null");
            int[] open = new int[8];
            while (!end.get()) {
                for (int i = 0; i < open.length; i++) {
                    open[i] = (int) OPEN.invokeExact(path, 0);
                    assertTrue(open[i] > 2);
                }
                for (int fd : open) {
                    int ignored = (int) CLOSE.invokeExact(fd);
                }
                count += open.length;
            }
            return count;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The copies of what the child is given are closed when the start returns; not a moment later, with the thread. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thePipeOfAChildThatHasEndedIsAtItsEnd(boolean closesInChild) throws Exception {
        for (int start = 0; start < 300; start++) {
            Descriptors.Pipe pipe = Descriptors.pipe(state);
            Descriptors.setNonBlocking(state, pipe.readEnd());
            int pid = spawn(
                    state, closesInChild, List.of(new DescriptorAction.Duplicate(pipe.writeEnd(), 1)), "sleep", "60");
            Descriptors.close(state, pipe.writeEnd());
            end(pid);
            assertTrue(isAtItsEnd(pipe.readEnd()), "something still has the other end, after start " + start);
            Descriptors.close(state, pipe.readEnd());
        }
    }

    /** Neither does the thread that waits for it: what the JVM closes is closed, though it takes long. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChildThatWaitsAtAFifoHoldsNothingOfTheJvmOpen(boolean closesInChild) throws Exception {
        Path fifo = temp.resolve("fifo");
        assertEquals(0, Descriptors.makeFifo(state, fifo.toString().getBytes(UTF_8)));
        Descriptors.Pipe pipe = Descriptors.pipe(state);
        Descriptors.Pipe low = Descriptors.pipe(state);
        Descriptors.setNonBlocking(state, pipe.readEnd());
        ChildSlot born = new ChildSlot();
        AtomicBoolean comes = new AtomicBoolean();
        SpawnRequest request = new SpawnRequest(
                bytes("sleep", "60"),
                ChildEnvironment.INHERITED,
                new Directory.Inherited(),
                List.of(new DescriptorAction.Duplicate(low.writeEnd(), 1)),
                SpawnAttributes.CLEAN,
                3,
                List.of(fifo.toString().getBytes(UTF_8)),
                new SpawnRequest.Holder() {
                    @Override
                    public void childComes() {
                        comes.set(true);
                    }
                });
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread starter = Thread.ofPlatform().name("held").start(() -> {
            try (CallState own = CallState.open()) {
                int ignored = Spawner.spawn(own, request, born, closesInChild);
            } catch (SpawnException | RuntimeException | Error e) {
                failure.set(e);
            }
        });
        try {
            Eventually.eventually("a child of that name waits", () -> ProcScan.children().stream()
                    .anyMatch(child -> child.name().equals("held") && ProcScan.state(child.pid()) == 'S'));
            assertTrue(comes.get());
            assertEquals(0, born.pid(), "its program is not executed yet");
            Descriptors.close(state, pipe.writeEnd());
            Eventually.eventually("the pipe has no other end", () -> isAtItsEnd(pipe.readEnd()));
        } finally {
            try (var opened = Files.newOutputStream(fifo)) { // lets it go on
                starter.join();
                assertTrue(opened != null);
            }
        }
        assertEquals(null, failure.get());
        end(born.pid());
        Descriptors.close(state, pipe.readEnd());
        Descriptors.close(state, low.readEnd());
        Descriptors.close(state, low.writeEnd());
    }

    @Test
    void whatTheJvmHasOpenStaysAsItWas() throws Exception {
        int shared;
        try (Arena arena = Arena.ofConfined()) {
            shared = (int) OPEN.invokeExact(arena.allocateFrom("/dev/null"), 0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        try {
            String before = flags(shared);
            assertEquals("0\n1\n2\n3\n", output(state, false, "ls", "/proc/self/fd"));
            assertEquals(before, flags(shared), "it is not close-on-exec, and still is not");
        } finally {
            Descriptors.close(state, shared);
        }
    }

    private static String flags(int fd) throws IOException {
        return Files.readString(Path.of("/proc/self/fdinfo/" + fd));
    }

    /**
     * What opens a jar for a class on that thread would open it for no other thread; and a JVM that finds no class dies.
     */
    @Test
    void theThreadLoadsNoClassNotEvenTheFirst() throws Exception {
        Path log = temp.resolve("log");
        Jvm.Ended ended = Jvm.of(temp, FirstStart.class)
                .fromJar()
                .options("-Dleash.unsharedStarts=true", "-Xshare:off")
                .options("-Xlog:class+load=info,os+thread=info:file=" + log + ":tid")
                .run();
        assertEquals(0, ended.exit(), ended::toString);
        List<String> lines = Files.readAllLines(log);
        Set<String> threads = new TreeSet<>();
        for (String line : lines) {
            if (line.contains("(name: \"leash-start\"")) {
                threads.add(line.substring(0, line.indexOf(']') + 1));
            }
        }
        assertFalse(threads.isEmpty(), "there was such a thread");
        assertEquals(
                List.of(),
                lines.stream()
                        .filter(line -> line.contains(" source: "))
                        .filter(line -> threads.contains(line.substring(0, line.indexOf(']') + 1)))
                        .toList());
    }

    @Test
    void anInterruptedThreadStartsAndStaysInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        int pid = spawn(state, false, List.of(), "sleep", "60");
        assertTrue(Thread.interrupted());
        end(pid);
    }

    @Test
    void aVirtualThreadCanStart() throws Exception {
        AtomicReference<Integer> pid = new AtomicReference<>(0);
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        pid.set(spawn(CallState.create(), false, List.of(), "sleep", "60"));
                    } catch (SpawnException e) {
                        throw new AssertionError(e);
                    }
                })
                .join();
        assertNotEquals(0, pid.get());
        end(pid.get());
    }

    @Test
    void whatTheHolderThrowsComesToTheCallerAndThereIsNoChild() {
        for (Throwable thrown : List.of(new OutOfMemoryError("for a test"), new IllegalStateException("for a test"))) {
            ChildSlot born = new ChildSlot();
            SpawnRequest request = new SpawnRequest(
                    bytes("sleep", "60"),
                    ChildEnvironment.INHERITED,
                    new Directory.Inherited(),
                    List.of(),
                    SpawnAttributes.CLEAN,
                    3,
                    List.of(),
                    new SpawnRequest.Holder() {
                        @Override
                        public void childComes() {
                            if (thrown instanceof Error error) {
                                throw error;
                            }
                            throw (RuntimeException) thrown;
                        }
                    });
            assertSame(thrown, assertThrows(Throwable.class, () -> Spawner.spawn(state, request, born, false)));
            assertEquals(0, born.pid());
        }
    }

    @Test
    void aFailureOfExecIsTheSameInBothWays() throws Exception {
        Path text = Files.writeString(temp.resolve("text"), "no program");
        for (String program : List.of("/no/such/program", text.toString(), "/", "/etc/passwd/x")) {
            SpawnException one = assertThrows(SpawnException.class, () -> spawn(state, true, List.of(), program));
            SpawnException other = assertThrows(SpawnException.class, () -> spawn(state, false, List.of(), program));
            assertEquals(one.getMessage(), other.getMessage());
            assertEquals(one.errno(), other.errno());
            assertEquals(one.kind(), other.kind());
        }
    }

    private boolean isAtItsEnd(int readEnd) {
        try (Arena arena = Arena.ofConfined()) {
            int count = Descriptors.read(state, readEnd, arena.allocate(1));
            assertTrue(count == 0 || count == -Errno.EAGAIN, () -> "read: " + count);
            return count == 0;
        }
    }

    private static int spawn(CallState state, boolean closesInChild, List<DescriptorAction> actions, String... command)
            throws SpawnException {
        SpawnRequest request = new SpawnRequest(
                bytes(command),
                ChildEnvironment.INHERITED,
                new Directory.Inherited(),
                actions,
                SpawnAttributes.CLEAN,
                3);
        ChildSlot born = new ChildSlot();
        int pid = Spawner.spawn(state, request, born, closesInChild);
        assertEquals(pid, born.pid());
        return pid;
    }

    private static String output(CallState state, boolean closesInChild, String... command) throws SpawnException {
        Descriptors.Pipe pipe = Descriptors.pipe(state);
        assertFalse(pipe.readEnd() < 0, () -> Errno.name(-pipe.readEnd()));
        int pid = spawn(state, closesInChild, List.of(new DescriptorAction.Duplicate(pipe.writeEnd(), 1)), command);
        Descriptors.close(state, pipe.writeEnd());
        StringBuilder output = new StringBuilder();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(4096);
            int count;
            while ((count = Descriptors.read(state, pipe.readEnd(), buffer)) > 0) {
                output.append(
                        new String(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII));
            }
        }
        Descriptors.close(state, pipe.readEnd());
        assertEquals(pid, Processes.reapWaiting(state, pid));
        return output.toString();
    }

    private void end(int pid) {
        SpawnUndo.reap(state, pid, SpawnUndo.kill(state, pid, -1));
    }

    private static List<byte[]> bytes(String... words) {
        return Stream.of(words).map(word -> word.getBytes(UTF_8)).toList();
    }
}
