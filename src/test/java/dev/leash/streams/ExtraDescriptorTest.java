package dev.leash.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.TestData;
import dev.leash.support.VirtualThreads;
import java.io.FileInputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors beyond the three: 3, 4, and so on. */
@Timeout(60)
class ExtraDescriptorTest {
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
        VirtualThreads.assertNoneOfLeash();
    }

    @Test
    void outputOfAnotherDescriptorIsCaptured() throws Exception {
        Result result = supervisor
                .run(Command.shell("echo three >&3; echo out; echo four >&4")
                        .output(3, Output.capture())
                        .output(4, Output.captureTail(3)))
                .orThrow();
        assertEquals("out\n", result.stdout());
        assertEquals("three\n", new String(result.output(3), UTF_8));
        assertEquals("ur\n", new String(result.output(4), UTF_8));
        assertEquals(0, result.output(5).length);
    }

    @Test
    void inputComesFromEverythingThatStandardInputCanComeFrom() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "file");
        Result result = supervisor
                .run(Command.shell("cat <&3; cat <&4; cat <&5; cat <&6; cat")
                        .stdin(Stdin.text("0"))
                        .input(3, Stdin.text("three "))
                        .input(4, Stdin.empty())
                        .input(5, Stdin.file(file))
                        .input(6, Stdin.from(new java.io.ByteArrayInputStream(" stream ".getBytes(UTF_8)))))
                .orThrow();
        assertEquals("three file stream 0", result.stdout());
    }

    @Test
    void outputGoesToEverythingThatStandardOutputCanGoTo() throws Exception {
        Path file = temp.resolve("file");
        List<String> lines = new ArrayList<>();
        TestData.Summing summing = new TestData.Summing();
        supervisor
                .run(Command.shell("echo a >&3; echo b >&4; echo c >&5; head -c 1000000 /dev/zero >&6")
                        .output(3, Output.file(file))
                        .output(4, Output.lines(lines::add))
                        .output(5, Output.discard())
                        .output(6, Output.onLoop(summing::add)))
                .orThrow();
        assertEquals("a\n", Files.readString(file));
        assertEquals(List.of("b"), lines);
        assertEquals(TestData.sum(new byte[1_000_000]), summing.sum());
    }

    @Test
    void pipesOnOtherDescriptorsCarryMegabytesBothWays() throws Exception {
        byte[] data = TestData.random(10 * TestData.MIB, 1);
        Child child = supervisor.start(
                Command.shell("cat <&7 >&3").input(7, Stdin.pipe()).output(3, Output.pipe()));
        Thread writer = Thread.ofVirtual().start(() -> {
            try (OutputStream seven = child.input(7)) {
                seven.write(data);
            } catch (java.io.IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertEquals(TestData.sum(data), TestData.sum(child.output(3)));
        writer.join();
        child.await().orThrow();
    }

    @Test
    void childHasTheDescriptorsThatItWasGivenAndNoOther() throws Exception {
        // Whatever the JVM has open in between, which is a lot, is not seen by the child.
        try (FileInputStream one = new FileInputStream("/proc/self/stat");
                FileInputStream two = new FileInputStream("/proc/self/stat")) {
            assertEquals(one.read(), two.read());
            for (List<Integer> numbers : List.of(
                    List.<Integer>of(),
                    List.of(3),
                    List.of(9),
                    List.of(3, 4, 5, 6, 7, 8),
                    List.of(4, 6, 8),
                    List.of(3, 9, 20),
                    List.of(200, 5),
                    List.of(255))) {
                Command command = Command.of("ls", "/proc/self/fd");
                NavigableSet<Integer> expected = new TreeSet<>(List.of(0, 1, 2));
                for (int number : numbers) {
                    expected.add(number);
                    command = number % 2 == 0
                            ? command.input(number, Stdin.text("x"))
                            : command.output(number, Output.capture());
                }
                // The directory that is being listed has the lowest number that is free.
                int free = 3;
                while (expected.contains(free)) {
                    free++;
                }
                expected.add(free);
                NavigableSet<Integer> seen = new TreeSet<>();
                supervisor
                        .run(command)
                        .orThrow()
                        .stdout()
                        .lines()
                        .map(Integer::valueOf)
                        .forEach(seen::add);
                assertEquals(expected, seen);
            }
        }
    }

    /** The ends of the pipes are made at the very numbers that others have to go to. */
    @Test
    void overlappingNumbersDoNotGetInEachOthersWay() throws Exception {
        // Free numbers differ with what is open: some low, some high.
        List<FileInputStream> open = new ArrayList<>();
        try {
            for (int round = 0; round < 20; round++) {
                Command command = Command.shell(
                        "for i in 3 5 7 9; do echo $i >&$i; done;" + " for i in 4 6 8; do eval \"cat <&$i\"; done");
                for (int number = 3; number <= 9; number++) {
                    command = number % 2 == 0
                            ? command.input(number, Stdin.text("in " + number + "\n"))
                            : command.output(number, Output.capture());
                }
                Result result = supervisor.run(command).orThrow();
                assertEquals("in 4\nin 6\nin 8\n", result.stdout(), result.stderr());
                for (int number = 3; number <= 9; number += 2) {
                    assertEquals(number + "\n", new String(result.output(number), UTF_8));
                }
                for (int i = 0; i < round; i++) {
                    open.add(new FileInputStream("/proc/self/stat"));
                }
                if (round % 3 == 0 && !open.isEmpty()) {
                    open.removeFirst().close();
                }
            }
        } finally {
            for (FileInputStream stream : open) {
                stream.close();
            }
        }
    }

    @Test
    void sameFileOnSeveralNumbersIsOneFile() throws Exception {
        Path file = temp.resolve("log");
        supervisor
                .run(Command.shell("echo a >&3; echo b >&9; echo c; echo d >&3")
                        .stdout(Output.file(file))
                        .output(3, Output.file(file))
                        .output(9, Output.file(file)))
                .orThrow();
        assertEquals("a\nb\nc\nd\n", Files.readString(file));
    }

    @Test
    void lastSettingOfANumberCounts() throws Exception {
        Result result = supervisor
                .run(Command.shell("cat <&3").output(3, Output.capture()).input(3, Stdin.text("x")))
                .orThrow();
        assertEquals("x", result.stdout());
        byte[] output = supervisor
                .run(Command.shell("printf y >&3").input(3, Stdin.text("x")).output(3, Output.capture()))
                .orThrow()
                .output(3);
        assertArrayEquals(new byte[] {'y'}, output);
    }

    @Test
    void inputThatNobodyReadsIsNoErrorHereEither() throws Exception {
        supervisor
                .run(Command.of("true").input(3, Stdin.bytes(new byte[TestData.MIB])))
                .orThrow();
    }

    @Test
    void numbersAndKindsAreChecked() {
        Command command = Command.of("true");
        for (int number : new int[] {-1, 0, 1, 2, 256, Integer.MAX_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> command.input(number, Stdin.empty()));
            assertThrows(IllegalArgumentException.class, () -> command.output(number, Output.capture()));
        }
        assertThrows(IllegalArgumentException.class, () -> command.input(3, Stdin.inherit()));
        assertThrows(IllegalArgumentException.class, () -> command.output(3, Output.inherit()));
        assertThrows(NullPointerException.class, () -> command.input(3, null));
        assertThrows(NullPointerException.class, () -> command.output(3, null));
    }
}
