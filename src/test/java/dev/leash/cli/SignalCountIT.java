package dev.leash.cli;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Signal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that gets a signal through leash gets it once. Each of many signals is a round of its own. */
@Timeout(180)
class SignalCountIT {
    private static final int CONT = 18;

    /** Not KILL and STOP, the JVM's own, those of job control, and USR2, which ends the program. */
    private static final List<Integer> PASSED_ON = IntStream.concat(
                    IntStream.of(1, 2, 3, 10, 13, 15, 16, 24, 25, 26, 27, 29, 30, 31), IntStream.rangeClosed(34, 64))
            .boxed()
            .toList();

    @TempDir
    Path temp;

    private Path program;

    @BeforeEach
    void compile() throws Exception {
        program = CProgram.compiled("counts-signals", temp);
    }

    /** Starts {@code leash} with a program that counts these signals, and CONT. */
    private Child start(Path file, List<Integer> counted, String... line) throws Exception {
        List<String> all = new ArrayList<>(Arrays.asList(line));
        all.addAll(List.of(program.toString(), file.toString(), Integer.toString(CONT)));
        counted.forEach(signal -> all.add(Integer.toString(signal)));
        Child child = Leash.start(Leash.command(all.toArray(new String[0])));
        eventually("the program is ready", () -> read(file).contains("ready"));
        return child;
    }

    private static List<String> read(Path file) throws Exception {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static long count(List<String> lines, int signal) {
        return lines.stream()
                .filter(Integer.toString(100 + signal).substring(1)::equals)
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout 100", "timeout --foreground 100", "run --", "run --containment tree --"})
    void eachSignalThatIsPassedOnArrivesOnce(String line) throws Exception {
        List<Integer> signals = line.startsWith("run") ? List.of(1, 3, 10, 15) : PASSED_ON;
        for (int round = 0; round < (line.startsWith("run") ? 10 : 3); round++) {
            Path file = temp.resolve("seen" + round);
            Child child = start(file, signals, line.split(" "));
            for (int signal : signals) {
                Leash.signal(child, new Signal(signal));
                eventually("it gets " + signal, () -> count(read(file), signal) > 0);
            }
            Leash.signal(child, Signal.USR2);
            child.await();
            List<String> seen = read(file);
            for (int signal : signals) {
                assertEquals(1, count(seen, signal), () -> signal + " in round: " + seen);
            }
            assertTrue(count(seen, CONT) <= signals.size() + 1, seen::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--foreground"})
    void theSignalOfTheDeadlineArrivesOnceWithOneContinue(String options) throws Exception {
        int rounds = 20;
        for (int round = 0; round < rounds; round++) {
            int signal = 40 + round; // of real time: each one that is sent is delivered
            Path file = temp.resolve("seen" + round);
            String[] line = ("timeout " + options + " -s " + signal + " 100")
                    .replace("  ", " ")
                    .split(" ");
            Child child = start(file, List.of(signal), line);
            Leash.signal(child, Signal.ALRM); // the time is up
            eventually("it gets " + signal, () -> count(read(file), signal) > 0);
            int continued = options.isEmpty() ? 1 : 0;
            eventually("it is continued", () -> count(read(file), CONT) >= continued);
            Leash.signal(child, Signal.USR2);
            child.await();
            List<String> seen = read(file);
            assertEquals(1, count(seen, signal), seen::toString);
            // USR2 brings another one, which may come before the end.
            assertTrue(count(seen, CONT) - continued <= continued, seen::toString);
        }
    }

    /** As one that was sent to the group by hand, or by the terminal. */
    @Test
    void whoElseIsInTheGroupGetsItOnceAsWell() throws Exception {
        List<Integer> signals = List.of(1, 2, 10, 34, 50, 64);
        Path first = temp.resolve("first");
        Path second = temp.resolve("second");
        String numbers = String.join(" ", signals.stream().map(Object::toString).toList());
        Command command = Leash.command(
                "timeout",
                "100",
                "sh",
                "-c",
                program + " " + second + " " + numbers + " & exec " + program + " " + first + " " + numbers);
        Child child = Leash.start(command);
        eventually(
                "both are ready",
                () -> read(first).contains("ready") && read(second).contains("ready"));
        for (int signal : signals) {
            Leash.signal(child, new Signal(signal));
            eventually("both get " + signal, () -> count(read(first), signal) > 0 && count(read(second), signal) > 0);
        }
        Leash.signal(child, Signal.USR2);
        child.await();
        eventually("the other ends, too", () -> read(second).contains("end"));
        for (Path file : List.of(first, second)) {
            for (int signal : signals) {
                assertEquals(1, count(read(file), signal), file + " " + signal);
            }
        }
    }
}
