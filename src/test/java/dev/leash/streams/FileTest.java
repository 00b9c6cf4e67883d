package dev.leash.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.TestData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Files as a child's streams: the child reads and writes them itself. */
@Timeout(60)
class FileTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @TempDir
    Path temp;

    private Supervisor supervisor;
    private Path file;

    @BeforeEach
    void open() throws Exception {
        supervisor = Supervisor.create();
        file = temp.resolve("file");
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    @Test
    void fileIsMadeOrLosesWhatItHeld() throws Exception {
        Command command = Command.of("echo", "short").stdout(Output.file(file));
        Result result = supervisor.run(command).orThrow();
        assertEquals("short\n", Files.readString(file));
        assertEquals("", result.stdout(), "nothing passes through here");
        assertTrue(result.outputComplete());
        Files.writeString(file, "something much longer");
        supervisor.run(command).orThrow();
        assertEquals("short\n", Files.readString(file));
    }

    /** In Latin-1, and no text in UTF-8: {@link Path} could not be given it. */
    @Test
    void pathCanBeAnyBytes() throws Exception {
        byte[] name = (temp + "/caf?").getBytes(StandardCharsets.US_ASCII);
        name[name.length - 1] = (byte) 0xe9;
        supervisor.run(Command.of("echo", "one").stdout(Output.file(name))).orThrow();
        supervisor.run(Command.of("echo", "two").stdout(Output.append(name))).orThrow();
        Result both = supervisor.run(Command.of("cat").stdin(Stdin.file(name)));
        assertEquals("one\ntwo\n", both.stdout());
    }

    @Test
    void pathWithANulIsRefusedAndNotCutThere() throws Exception {
        byte[] cut = (file + "\0more").getBytes(StandardCharsets.US_ASCII);
        for (Command command : List.of(
                Command.of("true").stdin(Stdin.file(cut)),
                Command.of("true").stdout(Output.file(cut)),
                Command.of("true").output(5, Output.append(cut)))) {
            SpawnException refused = assertThrows(SpawnException.class, () -> supervisor.run(command));
            assertEquals(SpawnException.Kind.INVALID_ARGUMENT, refused.kind());
            assertTrue(refused.getMessage().contains("the path for descriptor"), refused::getMessage);
        }
        assertFalse(Files.exists(file));
    }

    @Test
    void newFileGetsThePermissionsThatTheUmaskLeaves() throws Exception {
        supervisor.run(Command.of("true").stdout(Output.file(file))).orThrow();
        String umask = supervisor.run(Command.shell("umask")).stdout().strip();
        int expected = 0666 & ~Integer.parseInt(umask, 8);
        assertEquals(
                Integer.toString(expected, 8),
                supervisor
                        .run(Command.of("stat", "-c", "%a", file.toString()))
                        .stdout()
                        .strip());
    }

    @Test
    void appendGoesToTheEndAndMakesTheFileToo() throws Exception {
        Command command = Command.of("echo", "more").stdout(Output.append(file));
        supervisor.run(command).orThrow();
        supervisor.run(command).orThrow();
        assertEquals("more\nmore\n", Files.readString(file));
    }

    @Test
    void childrenThatAppendAtTheSameTimeDoNotOverwriteEachOther() throws Exception {
        List<Child> children = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            children.add(supervisor.start(Command.shell("for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; done")
                    .stdout(Output.append(file))
                    .stderr(Output.append(file))));
        }
        for (Child child : children) {
            child.await().orThrow();
        }
        assertEquals(80, Files.readAllLines(file).size());
    }

    /** Neither overwrites the other: 20,000 lines in one file, each stream's in its order. */
    @Test
    void bothStreamsIntoOneFileLoseNothing() throws Exception {
        String script = "i=0; while [ $i -lt 10000 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done";
        for (Output output : List.of(Output.file(file), Output.append(file))) {
            Files.writeString(file, "");
            supervisor.run(Command.shell(script).stdout(output).stderr(output)).orThrow();
            List<String> expected = IntStream.range(0, 10_000)
                    .boxed()
                    .flatMap(i -> Stream.of("out " + i, "err " + i))
                    .toList();
            assertEquals(expected, Files.readAllLines(file));
        }
    }

    @Test
    void twoOutputsOfTheSamePathShareOnePosition() throws Exception {
        supervisor
                .run(Command.shell("echo a; echo b >&2; echo c >&5; echo d")
                        .stdout(Output.file(file))
                        .stderr(Output.file(temp.resolve("file")))
                        .output(5, Output.append(file)))
                .orThrow();
        assertEquals("a\nb\nc\nd\n", Files.readString(file));
    }

    @Test
    void mergedStreamGoesIntoTheFileInOrder() throws Exception {
        supervisor
                .run(Command.shell("echo a; echo b >&2; echo c")
                        .stdout(Output.file(file))
                        .mergeStderr())
                .orThrow();
        assertEquals("a\nb\nc\n", Files.readString(file));
    }

    @Test
    void standardInputIsReadFromAFile() throws Exception {
        byte[] data = TestData.random(3 * TestData.MIB, 1);
        Files.write(file, data);
        Result result =
                supervisor.run(Command.of("cat").stdin(Stdin.file(file))).orThrow();
        assertEquals(TestData.sum(data), TestData.sum(result.stdoutBytes()));
        assertEquals(
                "regular file",
                supervisor
                        .run(Command.of("stat", "-L", "-c", "%F", "/dev/stdin").stdin(Stdin.file(file)))
                        .stdout()
                        .strip());
    }

    @Test
    void fileThatGrowsIsReadAndWrittenByTheSameRun() throws Exception {
        Path copy = temp.resolve("copy");
        Files.writeString(file, "b\na\n");
        supervisor
                .run(Command.of("sort").stdin(Stdin.file(file)).stdout(Output.file(copy)))
                .orThrow();
        assertEquals("a\nb\n", Files.readString(copy));
    }

    @Test
    void deviceIsAFileLikeAnyOther() throws Exception {
        assertEquals(
                1_000,
                supervisor
                        .run(Command.of("head", "-c", "1000").stdin(Stdin.file(Path.of("/dev/zero"))))
                        .stdoutBytes()
                        .length);
        supervisor
                .run(Command.of("echo", "x").stdout(Output.file(Path.of("/dev/null"))))
                .orThrow();
        // The write fails, and it is the child that is told.
        Result full = supervisor.run(Command.of("echo", "x").stdout(Output.file(Path.of("/dev/full"))));
        assertFalse(full.succeeded());
        assertTrue(full.stderr().contains("No space left"), full::stderr);
    }

    @Test
    void relativePathsCountFromTheJvmsDirectoryAndNotFromTheChilds() throws Exception {
        Path relative = Path.of("").toAbsolutePath().relativize(file);
        supervisor
                .run(Command.of("echo", "x").directory(Path.of("/")).stdout(Output.file(relative)))
                .orThrow();
        assertEquals("x\n", Files.readString(file));
        assertEquals(
                "x\n",
                supervisor
                        .run(Command.of("cat").directory(Path.of("/")).stdin(Stdin.file(relative)))
                        .stdout());
    }

    @Test
    void startFailsWhereAFileCannotBeOpenedAndNothingIsLeft() throws Exception {
        Path missing = temp.resolve("missing").resolve("file");
        LeakCheck.Baseline before = LeakCheck.now();
        for (Command command : List.of(
                Command.of("true").stdout(Output.file(missing)),
                Command.of("true").stderr(Output.append(missing)),
                Command.of("true").stdin(Stdin.file(missing)),
                Command.of("true").input(7, Stdin.file(missing)),
                Command.of("true").stdin(Stdin.text("x")).output(9, Output.file(missing)))) {
            SpawnException thrown = assertThrows(SpawnException.class, () -> supervisor.run(command));
            assertEquals(SpawnException.Kind.REDIRECT, thrown.kind());
            assertEquals("ENOENT", thrown.errnoName());
            assertEquals(missing.toString(), thrown.path());
            assertTrue(thrown.getMessage().contains(missing.toString()), thrown::getMessage);
            before.assertNothingLeaked(); // no child, either
        }
    }

    @Test
    void startFailsWhereAFileMustNotBeOpened() throws Exception {
        SpawnException directory = assertThrows(
                SpawnException.class, () -> supervisor.run(Command.of("true").stdout(Output.file(temp))));
        assertEquals("EISDIR", directory.errnoName());
        assertEquals(SpawnException.Kind.REDIRECT, directory.kind());
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
        if (!Files.isReadable(file)) { // root may
            SpawnException denied = assertThrows(
                    SpawnException.class, () -> supervisor.run(Command.of("cat").stdin(Stdin.file(file))));
            assertEquals("EACCES", denied.errnoName());
        }
    }

    @Test
    void fileThatWasOpenedForARunThatCannotStartIsClosed() {
        for (int i = 0; i < 20; i++) {
            assertThrows(
                    SpawnException.class,
                    () -> supervisor.run(Command.of("/no-exist")
                            .stdin(Stdin.bytes(new byte[10]))
                            .stdout(Output.file(file))
                            .stderr(Output.append(file))
                            .output(3, Output.capture())));
        }
    }

    /** A name that is no UTF-8 cannot be made here: it is made by a shell, and found by listing the directory. */
    @Test
    void fileWithANameThatIsNoUtf8IsStillThatFile() throws Exception {
        supervisor
                .run(Command.shell("printf x > \"$(printf 'n\\377me')\"").directory(temp))
                .orThrow();
        Path odd;
        try (Stream<Path> files = Files.list(temp)) {
            odd = files.findFirst().orElseThrow();
        }
        assertEquals(
                "x",
                supervisor
                        .run(Command.of("cat").stdin(Stdin.file(odd)))
                        .orThrow()
                        .stdout());
        supervisor.run(Command.of("printf", "y").stdout(Output.append(odd))).orThrow();
        try (Stream<Path> files = Files.list(temp)) {
            assertEquals(1, files.count());
        }
        String content = supervisor
                .run(Command.shell("cat \"$(printf 'n\\377me')\"").directory(temp))
                .orThrow()
                .stdout();
        assertEquals("xy", content);
    }
}
