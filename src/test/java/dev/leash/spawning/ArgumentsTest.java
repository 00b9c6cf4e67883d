package dev.leash.spawning;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Supervisor;
import dev.leash.forked.Bytes;
import dev.leash.forked.Jvm;
import dev.leash.support.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arguments arrive byte for byte. The judge is printf(1), which ends each with a NUL and knows no locale. */
@Timeout(60)
class ArgumentsTest {
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
    void everyByteThatAnArgumentMayHoldArrives() throws Exception {
        byte[] every = new byte[255];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) (i + 1);
        }
        assertArrives(List.of(every));
        assertArrives(List.of(every, every));
        byte[] program = "/usr/bin/printf".getBytes(UTF_8);
        Command one = Command.ofBytes(List.of(program, "%s".getBytes(UTF_8))).arg(every);
        assertArrayEquals(every, supervisor.run(one).orThrow().stdoutBytes());
    }

    @Test
    void textArrivesAsUtf8() throws Exception {
        List<String> words = List.of(
                "ä", "€", "😀", "e\u0301", "\ufeff", "a\nb", "\n", "", " ", "\t", "-x", "--", "%s", "*", "\\", "'",
                "\"");
        List<byte[]> bytes = words.stream().map(word -> word.getBytes(UTF_8)).toList();
        assertArrives(bytes);
        String[] line = words.toArray(new String[0]);
        Result result = supervisor.run(Command.of("/usr/bin/printf", "%s\\0").args(line));
        assertEquals(String.join("\0", words) + "\0", result.orThrow().stdout());
    }

    /** UTF-8 has no bytes for half a surrogate pair; as everywhere in Java it becomes a question mark. */
    @Test
    void textThatIsNoTextIsReplaced() throws Exception {
        assertEquals(
                "a?b",
                supervisor.run(Command.of("/usr/bin/printf", "%s", "a\ud800b")).stdout());
    }

    @Test
    void whatIsNoUtf8Arrives() throws Exception {
        assertArrives(List.of(
                new byte[] {(byte) 0xff},
                new byte[] {(byte) 0xc3},
                new byte[] {(byte) 0xc0, (byte) 0x80},
                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                "Grüße".getBytes(ISO_8859_1)));
    }

    @Test
    void emptyArgumentsAreArguments() throws Exception {
        assertArrives(List.of(new byte[0], new byte[0], new byte[] {'x'}, new byte[0]));
        assertEquals(
                "3\n",
                supervisor
                        .run(Command.of("sh", "-c", "echo $#", "sh", "", "", ""))
                        .stdout());
    }

    @Test
    void aProgramMayHaveAHundredThousandArguments() throws Exception {
        String[] many = new String[100_000];
        Arrays.fill(many, "x");
        assertEquals(
                "100000\n",
                supervisor
                        .run(Command.of("sh", "-c", "echo $#", "sh").args(many))
                        .stdout());
    }

    @Test
    void aProgramMayHaveANameThatIsNoText() throws Exception {
        byte[] name = {'p', (byte) 0xff, '\n', (byte) 0xe4};
        byte[] copy = "cp /bin/echo \"$1\"; chmod 755 \"$1\"".getBytes(UTF_8);
        byte[] path = join((temp + "/").getBytes(UTF_8), name);
        List<byte[]> make = List.of("sh".getBytes(UTF_8), "-c".getBytes(UTF_8), copy, "sh".getBytes(UTF_8), path);
        supervisor.run(Command.ofBytes(make)).orThrow();
        try {
            assertEquals(
                    "x\n",
                    supervisor.run(Command.ofBytes(List.of(path)).args("x")).stdout());
            Command found = Command.ofBytes(List.of(name)).args("y").env("PATH", temp.toString());
            assertEquals("y\n", supervisor.run(found).stdout());
        } finally {
            supervisor.run(Command.of("rm").arg(path)).orThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "C.UTF-8", "en_US.ISO-8859-1"})
    void theLocaleChangesNothing(String locale) throws Exception {
        Jvm.Ended jvm = Jvm.of(temp, Bytes.class, "all").env("LC_ALL", locale).run();
        assertEquals(0, jvm.exit(), jvm.out() + jvm.err());
        assertTrue(jvm.out().startsWith("done"), jvm.out());
    }

    private void assertArrives(List<byte[]> arguments) throws Exception {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        List<byte[]> line = new ArrayList<>(List.of("/usr/bin/printf".getBytes(UTF_8), "%s\\0".getBytes(UTF_8)));
        for (byte[] argument : arguments) {
            line.add(argument);
            expected.writeBytes(argument);
            expected.write(0);
        }
        byte[] printed = supervisor.run(Command.ofBytes(line)).orThrow().stdoutBytes();
        assertArrayEquals(expected.toByteArray(), printed);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
