package dev.leash.spawning;

import static dev.leash.support.SpawnErrors.bytes;
import static dev.leash.support.SpawnErrors.file;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What failing starts leave, and what they do to others: nothing. */
@Timeout(60)
class FailedStartTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @TempDir
    Path temp;

    private Supervisor supervisor;

    /** The JDK keeps a socket for itself when it closes its first pipe. */
    @BeforeAll
    static void closeAPipe() throws Exception {
        Pipe pipe = Pipe.open();
        pipe.sink().close();
        pipe.source().close();
    }

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    @Test
    void sixtyFourFailuresOfEachKindLeaveNothing() throws Exception {
        Path notExecutable = file(temp, "program", "#!/bin/sh\n", "rw-r--r--");
        Path badInterpreter = file(temp, "a-script", "#!/no/such/interpreter\n", "rwxr-xr-x");
        List<Command> commands = List.of(
                Command.of("/no-exist"),
                Command.of("no-such-program"),
                Command.of(notExecutable.toString()),
                Command.of(badInterpreter.toString()),
                Command.of("/usr"),
                Command.of("true").directory(temp.resolve("missing")),
                Command.of("true").arg(bytes(131_072)),
                Command.of("true", "\0"));
        LeakCheck.Baseline before = LeakCheck.now();
        for (int i = 0; i < 64; i++) {
            for (Command command : commands) {
                Command varied =
                        switch (i % 4) {
                            case 0 -> command.stdin(Stdin.text("x"));
                            case 1 -> command.mergeStderr();
                            case 2 -> command.stdout(Output.discard());
                            default -> command.inheritIo();
                        };
                assertThrows(SpawnException.class, () -> supervisor.start(varied));
            }
        }
        assertEquals(List.of(), before.leaked());
    }

    @Test
    void runAndStartFailAlike() {
        SpawnException run = assertThrows(SpawnException.class, () -> supervisor.run(Command.of("/no-exist")));
        SpawnException start = assertThrows(SpawnException.class, () -> supervisor.start(Command.of("/no-exist")));
        assertEquals(start.getMessage(), run.getMessage());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    /** What a failing start closes must be its own: a number closed twice is by then another thread's. */
    @Test
    void failingStartsCloseNobodyElsesDescriptors() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> failing = new ArrayList<>();
        for (Command command : List.of(
                Command.of("/no-exist").stdin(Stdin.text("x")),
                Command.of("true").directory(temp.resolve("missing")).mergeStderr())) {
            failing.add(Thread.ofPlatform().start(() -> {
                while (!stop.get()) {
                    assertThrows(SpawnException.class, () -> supervisor.start(command));
                }
            }));
        }
        try {
            for (int round = 0; round < 100; round++) {
                useTwentyPipesAndFiles();
            }
        } finally {
            stop.set(true);
            for (Thread thread : failing) {
                thread.join();
            }
        }
    }

    private void useTwentyPipesAndFiles() throws IOException {
        List<Pipe> pipes = new ArrayList<>();
        List<RandomAccessFile> files = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pipes.add(Pipe.open());
            files.add(new RandomAccessFile(temp.resolve("file" + i).toFile(), "rw"));
        }
        for (int i = 0; i < 20; i++) {
            byte[] data = ("number " + i).getBytes(UTF_8);
            Pipe pipe = pipes.get(i);
            assertEquals(data.length, pipe.sink().write(ByteBuffer.wrap(data)));
            ByteBuffer read = ByteBuffer.allocate(100);
            assertEquals(data.length, pipe.source().read(read));
            assertEquals("number " + i, new String(read.array(), 0, data.length, UTF_8));
            pipe.sink().close();
            assertEquals(-1, pipe.source().read(read));
            pipe.source().close();

            RandomAccessFile file = files.get(i);
            file.write(data);
            file.seek(0);
            byte[] again = new byte[data.length];
            file.readFully(again);
            assertEquals("number " + i, new String(again, UTF_8));
            file.close();
        }
    }

    /** A file that is replaced by a rename is either the one or the other, and can always be started. */
    @Test
    void aProgramThatIsBeingReplacedCanBeStartedAtAnyTime() throws Exception {
        Path one = file(temp, "one", "#!/bin/sh\necho one\n", "rwxr-xr-x");
        Path two = file(temp, "two", "#!/bin/sh\necho two\n", "rwxr-xr-x");
        Path program = temp.resolve("program");
        Files.createLink(program, one);
        AtomicBoolean stop = new AtomicBoolean();
        Thread replacing = Thread.ofPlatform().start(() -> {
            try {
                Path fresh = temp.resolve("fresh");
                for (int i = 0; !stop.get(); i++) {
                    Files.createLink(fresh, i % 2 == 0 ? two : one);
                    Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            for (int i = 0; i < 200; i++) {
                String printed =
                        supervisor.run(Command.of(program.toString())).orThrow().stdout();
                assertTrue(printed.equals("one\n") || printed.equals("two\n"), printed);
            }
        } finally {
            stop.set(true);
            replacing.join();
        }
    }
}
