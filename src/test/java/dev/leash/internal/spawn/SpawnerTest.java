package dev.leash.internal.spawn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.forked.Bytes;
import dev.leash.forked.Jvm;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SpawnAttributes;
import dev.leash.support.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the command asks of a start, and the library's own interface does not. */
@Timeout(60)
class SpawnerTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final Directory HERE = new Directory.Inherited();

    /** The numbers that are open, but for the one that the shell reads the folder with. */
    private static final List<String> OPEN =
            List.of("/bin/sh", "-c", "for f in /proc/$$/fd/*; do [ -h $f ] && printf '%s ' ${f##*/}; done");

    @TempDir
    Path temp;

    private final CallState state = CallState.create();
    private ChildEnvironment environment = ChildEnvironment.INHERITED;
    private SpawnAttributes attributes = SpawnAttributes.CLEAN;

    /** Among the entries some that System.getenv cannot show: no text, no name, twice the same name, none at all. */
    @Test
    void theEnvironmentOfAJvmIsPassedOnByteForByte() throws Exception {
        List<byte[]> entries = new ArrayList<>(List.of(
                "PATH=/usr/bin:/bin".getBytes(UTF_8),
                new byte[] {'A', '=', (byte) 0xff, (byte) 0xc3, '\n', 1},
                new byte[] {(byte) 0xe4, '=', 'x'},
                "NO_EQUALS_SIGN".getBytes(UTF_8),
                "=C:=x".getBytes(UTF_8),
                "TWICE=1".getBytes(UTF_8),
                "TWICE=2".getBytes(UTF_8),
                "LC_ALL=C".getBytes(UTF_8)));
        environment = ChildEnvironment.of(entries);
        // Neither a shell nor a ProcessBuilder could start a JVM like this.
        List<String> jvm = Jvm.of(temp, Bytes.class, "environment").command();
        assertArrayEquals(zeroTerminated(entries), output(jvm, HERE, List.of(), true));

        entries.set(entries.size() - 1, "ADDED=1".getBytes(UTF_8));
        List<String> changing = Jvm.of(temp, Bytes.class, "changed environment").command();
        assertArrayEquals(zeroTerminated(entries), output(changing, HERE, List.of(), true));
    }

    private static byte[] zeroTerminated(List<byte[]> entries) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] entry : entries) {
            joined.writeBytes(entry);
            joined.write(0);
        }
        return joined.toByteArray();
    }

    @Test
    void anOpenDirectoryServesThoughItHasNoPathAnyMore() throws Exception {
        Path directory = Files.createDirectory(temp.toRealPath().resolve("directory"));
        try (DirectoryStream<Path> open = Files.newDirectoryStream(directory)) {
            Directory start = new Directory.Descriptor(numberOf(directory));
            List<String> where = List.of("readlink", "-n", "/proc/self/cwd");
            assertEquals(directory.toString(), text(output(where, start, List.of(), true)));
            Path program = Files.copy(Path.of("/bin/echo"), directory.resolve("program"));
            assertEquals("x\n", text(output(List.of("./program", "x"), start, List.of(), true)));
            environment = ChildEnvironment.of(List.of("PATH=.".getBytes(UTF_8)));
            assertEquals("y\n", text(output(List.of("program", "y"), start, List.of(), true)));
            environment = ChildEnvironment.INHERITED;
            Files.delete(program);
            Files.delete(directory);
            assertEquals(directory + " (deleted)", text(output(where, start, List.of(), true)));
            assertTrue(open.iterator() != null);
        }
    }

    @Test
    void aDescriptorThatIsClosedIsClosed() throws Exception {
        List<DescriptorAction> close = List.of(new DescriptorAction.Close(0), new DescriptorAction.Close(2));
        assertEquals("1 ", text(output(OPEN, HERE, close, true)));
    }

    @Test
    void nothingCanBeReadAndWritten() throws Exception {
        List<DescriptorAction> nothing =
                List.of(new DescriptorAction.Null(0, false), new DescriptorAction.Null(2, true));
        List<String> command = List.of("/bin/sh", "-c", "cat; echo x >&2; readlink /proc/self/fd/0 /proc/self/fd/2");
        assertEquals("/dev/null\n/dev/null\n", text(output(command, HERE, nothing, true)));
    }

    @Test
    void whatTheCallerHasOpenIsPassedOnIfNothingIsToBeClosed() throws Exception {
        int fd = Descriptors.duplicate(state, 2, 100);
        Descriptors.setCloseOnExec(state, fd, false);
        try {
            String all = " " + text(output(OPEN, HERE, List.of(), false));
            assertTrue(all.contains(" " + fd + " "), all);
            assertEquals("0 1 2 ", text(output(OPEN, HERE, List.of(), true)));
        } finally {
            Descriptors.close(state, fd);
        }
    }

    @Test
    void theMaskIsAsItWasAskedFor() throws Exception {
        attributes = SpawnAttributes.create(true, true, 1L << 9 | 1L << 33); // USR1 and RTMIN
        List<String> mask = List.of("grep", "^SigBlk", "/proc/self/status");
        assertEquals("SigBlk:\t0000000200000200\n", text(output(mask, HERE, List.of(), true)));
    }

    @Test
    void aChildStaysInTheGroupIfItIsNotToHaveItsOwn() throws Exception {
        String own = Files.readString(Path.of("/proc/self/stat"));
        String group = own.substring(own.lastIndexOf(')') + 2).split(" ", 4)[2];
        List<String> stat = List.of("sh", "-c", "cut -d ' ' -f 5 /proc/$$/stat");
        attributes = SpawnAttributes.create(false, true, 0);
        assertEquals(group + "\n", text(output(stat, HERE, List.of(), true)));
    }

    /** Starts a program, and reads what it prints to its end. */
    private byte[] output(List<String> command, Directory directory, List<DescriptorAction> more, boolean closeOthers)
            throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe(state);
        List<DescriptorAction> actions = new ArrayList<>(more);
        actions.add(new DescriptorAction.Duplicate(pipe.writeEnd(), 1));
        List<byte[]> arguments =
                command.stream().map(word -> word.getBytes(UTF_8)).toList();
        int pid = Spawner.spawn(
                state,
                new SpawnRequest(arguments, environment, directory, actions, attributes, closeOthers ? 3 : -1),
                new ChildSlot());
        Descriptors.close(state, pipe.writeEnd());
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(65_536);
            int count;
            while ((count = Descriptors.read(state, pipe.readEnd(), buffer)) > 0) {
                read.writeBytes(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
            }
        }
        Descriptors.close(state, pipe.readEnd());
        assertEquals(pid, Processes.reapWaiting(state, pid));
        return read.toByteArray();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private static int numberOf(Path file) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).equals(file)) {
                    return Integer.parseInt(descriptor.getFileName().toString());
                }
            }
        }
        throw new AssertionError(file + " is not open");
    }
}
