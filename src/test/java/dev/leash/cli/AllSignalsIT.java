package dev.leash.cli;

import static dev.leash.support.Eventually.eventually;
import static dev.leash.support.Eventually.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.support.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every signal that can be passed on is passed on: whoever sends one to leash means the program, with which nobody else talks. */
@Timeout(180)
class AllSignalsIT {
    private static final int ALRM = 14;
    private static final int USR2 = 12;

    /** Not KILL and STOP, the JVM's own, CHLD, those of job control, and USR2, which ends the program. */
    private static final List<Integer> PASSED_ON = IntStream.concat(
                    IntStream.of(1, 2, 3, 5, 6, 10, 13, ALRM, 15, 16, 18, 23, 24, 25, 26, 27, 28, 29, 30, 31),
                    IntStream.rangeClosed(34, 64))
            .boxed()
            .toList();

    /** CONT, URG, WINCH: outside of a container {@code timeout} leaves them to those who sent them, as the original does. */
    private static final List<Integer> HARMLESS = List.of(18, 23, 28);

    @TempDir
    Path temp;

    private Path program;
    private Path seen;

    @BeforeEach
    void compile() throws Exception {
        program = CProgram.compiled("counts-signals", temp);
        seen = temp.resolve("seen");
    }

    private String counting(List<Integer> signals) {
        return program + " " + seen + " "
                + String.join(" ", signals.stream().map(Object::toString).toList());
    }

    private boolean has(int signal) throws Exception {
        return Files.exists(seen)
                && Files.readAllLines(seen)
                        .contains(Integer.toString(100 + signal).substring(1));
    }

    /** Starts a script that runs leash, and returns when the program is ready. */
    private Child started(String script) throws Exception {
        Child child = Leash.start(Leash.shell(script).directory(temp));
        eventually("the program is ready", () -> Files.exists(seen) && Files.size(seen) > 0);
        return child;
    }

    private void assertReceived(long pid, List<Integer> signals) throws Exception {
        List<Integer> missed = new ArrayList<>();
        for (int signal : signals) {
            assertEquals(0, Leash.status(Leash.sh("kill -" + signal + " " + pid)), "kill -" + signal);
            if (!within(Patience.seconds(5), () -> has(signal))) {
                missed.add(signal);
            }
        }
        assertEquals(List.of(), missed);
    }

    private static List<Integer> but(List<Integer> all, List<Integer> without) {
        List<Integer> left = new ArrayList<>(all);
        left.removeAll(without);
        return left;
    }

    @ParameterizedTest
    @ValueSource(strings = {"run --", "run --json --", "timeout 100", "timeout --foreground 100"})
    void everySignalReachesTheProgram(String line) throws Exception {
        Child child = started("exec \"$LEASH\" " + line + " " + counting(PASSED_ON));
        List<Integer> without = line.startsWith("run") ? List.of() : List.of(ALRM, 18, 23, 28);
        assertReceived(child.pid(), but(PASSED_ON, without));
        Leash.signal(child, new Signal(USR2));
        assertEquals(0, Leash.status(child.await()));
    }

    @Test
    void thoseOfAWriterAreLeashsOwnWhereItWrites() throws Exception {
        Child child = started("exec \"$LEASH\" run --prefix -- " + counting(PASSED_ON));
        assertReceived(child.pid(), but(PASSED_ON, List.of(13, 25)));
        Leash.signal(child, new Signal(USR2));
        assertEquals(0, Leash.status(child.await()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"run --", "timeout 100"})
    void alsoWhereItIsTheFirstProcessOfAContainer(String line) throws Exception {
        Child child = startedAsInit(line + " " + counting(PASSED_ON));
        List<Integer> without = line.startsWith("run") ? List.of() : List.of(ALRM);
        assertReceived(init(child), but(PASSED_ON, without));
        // A terminal changes its size more than once.
        Files.writeString(seen, "");
        assertReceived(init(child), HARMLESS);
        assertEquals(0, Leash.status(Leash.sh("kill -" + USR2 + " " + init(child))));
        assertEquals(0, Leash.status(child.await()));
    }

    private Child startedAsInit(String line) throws Exception {
        Result probe = Leash.sh("unshare --pid --fork --mount-proc true");
        Assumptions.assumeTrue(
                Leash.status(probe) == 0, () -> "no pid namespace can be made here: " + Leash.err(probe));
        return started("exec unshare --pid --fork --kill-child --mount-proc \"$LEASH\" " + line);
    }

    private static long init(Child unshare) throws Exception {
        return ProcessHandle.of(unshare.pid())
                .flatMap(parent -> parent.children().findFirst())
                .orElseThrow()
                .pid();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void batchPassesOnWhatSaysNothingToItself(boolean asInit) throws Exception {
        List<Integer> signals = IntStream.concat(IntStream.of(10, 18, 23, 28), IntStream.rangeClosed(34, 64))
                .boxed()
                .toList();
        Files.writeString(temp.resolve("jobs"), "exec " + counting(signals) + "\n");
        Child child = asInit ? startedAsInit("batch jobs") : started("exec \"$LEASH\" batch jobs");
        long pid = asInit ? init(child) : child.pid();
        assertReceived(pid, signals);
        assertEquals(0, Leash.status(Leash.sh("kill -" + USR2 + " " + pid)));
        assertEquals(0, Leash.status(child.await()));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, ALRM, 24, 30, 31})
    void whatElseWouldEndABatchEndsItInOrder(int signal) throws Exception {
        Files.writeString(temp.resolve("jobs"), "exec " + counting(List.of(10)) + "\n");
        Child child = started("exec \"$LEASH\" batch --joblog log jobs");
        Leash.signal(child, new Signal(signal));
        Result result = child.await();
        assertEquals(128 + signal, Leash.status(result), Leash.err(result));
        assertTrue(Files.readString(temp.resolve("log")).contains("\"fate\":\"cancelled\""), Leash.err(result));
    }

    @Test
    void ofFewDescriptorsEnoughAreLeft() throws Exception {
        for (String line : List.of("run --", "timeout 100")) {
            Files.deleteIfExists(seen);
            Child child = started("ulimit -n 48; exec \"$LEASH\" " + line + " " + counting(List.of(10, 15)));
            assertReceived(child.pid(), List.of(10, 15));
            Leash.signal(child, new Signal(USR2));
            assertEquals(0, Leash.status(child.await()));
        }
    }
}
