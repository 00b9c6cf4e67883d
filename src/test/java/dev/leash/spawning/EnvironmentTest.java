package dev.leash.spawning;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the child finds in its environment, in the order and the bytes in which {@code env -0} prints it. */
@Timeout(60)
class EnvironmentTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final Command ENV = Command.of("env", "-0");

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
    void aClearedEnvironmentIsEmpty() throws Exception {
        assertEquals(List.of(), seen(ENV.clearEnv()));
        assertEquals(List.of(), seen(ENV.env("A", "1").clearEnv()));
        assertEquals(List.of(), seen(ENV.clearEnv().unsetEnv("PATH")));
    }

    @Test
    void aClearedEnvironmentHoldsWhatIsSetAfterwards() throws Exception {
        assertEquals(
                List.of("A=1", "B=2"),
                seen(ENV.env("X", "0").clearEnv().env("A", "1").env("B", "2")));
    }

    @Test
    void withoutAChangeItIsThatOfTheJvm() throws Exception {
        assertEquals(own(), seen(ENV));
    }

    @Test
    void whatIsSetIsAddedAndAllElseStays() throws Exception {
        List<String> expected = new ArrayList<>(own());
        expected.add("LEASH_TEST=x");
        assertEquals(expected, seen(ENV.env("LEASH_TEST", "x")));
    }

    @Test
    void whatIsSetReplacesWhatThereWas() throws Exception {
        List<String> seen =
                seen(ENV.env("HOME", "/elsewhere").env("LEASH_TEST", "1").env("LEASH_TEST", "2"));
        assertEquals(
                List.of("HOME=/elsewhere"),
                seen.stream().filter(e -> e.startsWith("HOME=")).toList());
        assertEquals(
                List.of("LEASH_TEST=2"),
                seen.stream().filter(e -> e.startsWith("LEASH_TEST=")).toList());
    }

    @Test
    void whatIsUnsetIsGoneAndAllElseStays() throws Exception {
        List<String> expected = new ArrayList<>(own());
        assertTrue(expected.removeIf(e -> e.startsWith("PATH=")), "the tests run without a PATH");
        assertEquals(expected, seen(Command.of("/usr/bin/env", "-0").unsetEnv("PATH")));
        assertEquals(
                expected, seen(Command.of("/usr/bin/env", "-0").env("PATH", "x").unsetEnv("PATH")));
    }

    @Test
    void whatIsNotThereCanBeUnset() throws Exception {
        assertEquals(own(), seen(ENV.unsetEnv("LEASH_NO_SUCH_VARIABLE")));
        assertEquals(List.of("A=1"), seen(ENV.clearEnv().env("A", "1").unsetEnv("LEASH_NO_SUCH_VARIABLE")));
        assertEquals(own(), seen(ENV.env("LEASH_TEST", "x").unsetEnv("LEASH_TEST")));
    }

    @Test
    void whatIsUnsetCanBeSetAgain() throws Exception {
        assertEquals(
                List.of("A=2"), seen(ENV.clearEnv().env("A", "1").unsetEnv("A").env("A", "2")));
    }

    @Test
    void aNameIsNotTakenForAnotherThatBeginsLikeIt() throws Exception {
        assertEquals(
                List.of("AB=1", "ABCD=3"),
                seen(ENV.clearEnv()
                        .env("AB", "1")
                        .env("ABC", "2")
                        .env("ABCD", "3")
                        .unsetEnv("ABC")
                        .unsetEnv("A")));
    }

    @Test
    void valuesMayBeEmptyAndHoldWhatNamesMayNot() throws Exception {
        assertEquals(
                List.of("EMPTY=", "EQUALS==a=b=", "LINES=a\nb\n", "odd-name.1 =x"),
                seen(ENV.clearEnv()
                        .env("EMPTY", "")
                        .env("EQUALS", "=a=b=")
                        .env("LINES", "a\nb\n")
                        .env("odd-name.1 ", "x")));
    }

    @Test
    void bytesArriveAsTheyAre() throws Exception {
        byte[] name = {'N', (byte) 0xff, (byte) 0xe4};
        byte[] value = new byte[255];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) (i + 1);
        }
        byte[] printed =
                supervisor.run(ENV.clearEnv().env(name, value)).orThrow().stdoutBytes();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(name);
        expected.write('=');
        expected.writeBytes(value);
        expected.write(0);
        assertArrayEquals(expected.toByteArray(), printed);
        assertEquals(List.of("Ä=ö"), utf8(seen(ENV.clearEnv().env("Ä", "ö"))));
    }

    @Test
    void namesThatNoVariableCanHaveAreRefused() {
        for (String name : List.of("", "=", "A=B", "=A")) {
            assertThrows(IllegalArgumentException.class, () -> ENV.env(name, "x"), name);
            assertThrows(IllegalArgumentException.class, () -> ENV.unsetEnv(name), name);
            assertThrows(IllegalArgumentException.class, () -> ENV.env(name.getBytes(UTF_8), new byte[0]), name);
        }
    }

    @Test
    void aMapIsSetAtOnceInItsOrder() throws Exception {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("B", "2");
        variables.put("A", "ä");
        variables.put("C", "");
        Command command = ENV.clearEnv().env("A", "1").env("D", "4");
        assertEquals(List.of("A=ä", "D=4", "B=2", "C="), utf8(seen(command.env(variables))));
        assertEquals(List.of("A=1", "D=4"), seen(command), "the first is as it was");
        assertEquals(List.of("A=1", "D=4"), seen(command.env(Map.of())));
        variables.put("=", "x");
        assertThrows(IllegalArgumentException.class, () -> command.env(variables));
        variables.remove("=");
        variables.put("E", null);
        assertThrows(NullPointerException.class, () -> command.env(variables));
    }

    private static List<String> utf8(List<String> texts) {
        return texts.stream()
                .map(text -> new String(text.getBytes(ISO_8859_1), UTF_8))
                .toList();
    }

    /** Were all copied each time, these would take hours, and not end in time. */
    @Test
    void aHundredThousandCanBeSetOneByOneOrAtOnce() throws Exception {
        Map<String, String> variables = new LinkedHashMap<>();
        Command oneByOne = ENV.clearEnv();
        for (int i = 0; i < 100_000; i++) {
            variables.put("V" + i, Integer.toString(i));
            oneByOne = oneByOne.env("V" + i, Integer.toString(i));
        }
        for (int i = 10; i < 100_000; i++) {
            oneByOne = oneByOne.unsetEnv("V" + i);
        }
        List<String> expected =
                IntStream.range(0, 10).mapToObj(i -> "V" + i + "=" + i).toList();
        assertEquals(expected, seen(oneByOne));
        // At most a quarter of the stack limit, mostly 2 MiB, is what a program can be given.
        variables.keySet().removeIf(name -> Integer.parseInt(name.substring(1)) >= 8_000);
        List<String> seen = seen(ENV.clearEnv().env(variables));
        assertEquals(8_000, seen.size());
        assertEquals("V7999=7999", seen.getLast());
    }

    @Test
    void whatIsOverwrittenAMillionTimesHasTheLastValueAndItsFirstPlace() throws Exception {
        Command command = ENV.clearEnv().env("A", "").env("B", "");
        for (int i = 1; i <= 1_000_000; i++) {
            command = command.env(i % 2 == 0 ? "A" : "B", Integer.toString(i));
        }
        assertEquals(List.of("A=1000000", "B=999999"), seen(command));
    }

    @Test
    void commandsThatAreMadeFromOneKeepTheirOwn() throws Exception {
        Command base = ENV.clearEnv();
        for (int i = 0; i < 40; i++) {
            base = base.env("A", Integer.toString(i));
            Command one = base.env("B", "one").unsetEnv("A");
            Command other = base.env("B", "other").env("C", "1");
            assertEquals(List.of("B=one"), seen(one));
            assertEquals(List.of("A=" + i, "B=other", "C=1"), seen(other));
            assertEquals(List.of("A=" + i), seen(base));
        }
    }

    private static List<String> own() throws Exception {
        List<String> own = split(Files.readString(Path.of("/proc/self/environ"), ISO_8859_1));
        assertFalse(own.isEmpty());
        return own;
    }

    private List<String> seen(Command command) throws Exception {
        return split(supervisor.run(command).orThrow().stdout(ISO_8859_1));
    }

    private static List<String> split(String zeroTerminated) {
        String[] parts = zeroTerminated.split("\0", -1);
        assertEquals("", parts[parts.length - 1]);
        return Arrays.asList(parts).subList(0, parts.length - 1);
    }
}
