package dev.leash.streams;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.RunFailedException;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.support.RunsCommands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** G5: what was written arrives, all of it and in order. */
@Timeout(60)
class StdioTest extends RunsCommands {
    @Test
    void everyByteValuePassesInBothDirections() throws Exception {
        byte[] all = new byte[256];
        for (int value = 0; value < 256; value++) {
            all[value] = (byte) value;
        }
        Result result = run(sh("tee /dev/stderr").stdin(Stdin.bytes(all)));
        assertExited(0, result);
        assertArrayEquals(all, result.stdoutBytes());
        assertArrayEquals(all, result.stderrBytes());
        assertEquals(new String(all, StandardCharsets.ISO_8859_1), result.stdout(StandardCharsets.ISO_8859_1));
    }

    @Test
    void eightTeesAtOnceGiveBothStreamsCompletely() throws Exception {
        byte[] data = random(100_000, 1);
        List<Child> children = new ArrayList<>();
        for (int index = 0; index < 8; index++) {
            children.add(start(Command.of("tee", "/dev/stderr").stdin(Stdin.bytes(data))));
        }
        for (Child child : children) {
            Result result = checked(child.await());
            assertExited(0, result);
            assertArrayEquals(data, result.stdoutBytes());
            assertArrayEquals(data, result.stderrBytes());
            assertTrue(result.outputComplete());
        }
    }

    @Test
    void bothPipesFloodedAtOnceAreBothReadToTheEnd() throws Exception {
        int size = 4_000_000;
        Result result =
                run(sh("head -c " + size + " /dev/zero & head -c " + size + " /dev/zero | tr '\\0' x >&2; wait"));
        assertExited(0, result);
        assertEquals(size, result.stdoutBytes().length);
        assertEquals(size, result.stderrBytes().length);
        for (byte b : result.stdoutBytes()) {
            if (b != 0) {
                throw new AssertionError("a byte of the other stream: " + b);
            }
        }
        for (byte b : result.stderrBytes()) {
            if (b != 'x') {
                throw new AssertionError("a byte of the other stream: " + b);
            }
        }
    }

    @Test
    void tenThousandLinesThroughCatAreTheSameHundredTimes() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int line = 0; lines.length() < 600_000; line++) {
            lines.append("line ").append(line).append(" and some more of it, up to sixty characters\n");
        }
        byte[] data = lines.toString().getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 100; round++) {
            Result result = run(Command.of("cat").stdin(Stdin.bytes(data)));
            assertExited(0, result);
            assertEquals(data.length, result.stdoutBytes().length);
            assertEquals(checksum(data), checksum(result.stdoutBytes()));
        }
    }

    @Test
    void inputAndOutputLargerThanAnyPipeDoNotWaitForEachOther() throws Exception {
        byte[] data = random(5_000_000, 2);
        Result echoed = run(Command.of("tee", "/dev/stderr").stdin(Stdin.bytes(data)));
        assertExited(0, echoed);
        assertArrayEquals(data, echoed.stdoutBytes());
        assertArrayEquals(data, echoed.stderrBytes());

        // Writes everything before it reads anything.
        Result slow = run(sh("head -c 3000000 /dev/zero; wc -c").stdin(Stdin.bytes(data)));
        assertEquals(3_000_000 + "5000000\n".length(), slow.stdoutBytes().length);
    }

    @Test
    void childThatNeverReadsItsInputIsNoError() throws Exception {
        Result result = run(sh("sleep 0.1; exit 4").stdin(Stdin.bytes(random(1_000_000, 3))));
        assertExited(4, result);
        assertTrue(result.outputComplete());
    }

    @Test
    void childThatClosesItsInputAtOnceIsNoError() throws Exception {
        for (int round = 0; round < 30; round++) {
            Result result = run(sh("exec <&-; echo out; sleep 0.02; exit 4").stdin(Stdin.bytes(random(200_000, 4))));
            assertExited(4, result);
            assertEquals("out\n", result.stdout());
        }
    }

    @Test
    void childThatReadsHalfOfItsInputIsNoError() throws Exception {
        Result result = run(sh("head -c 100000 >/dev/null; exec <&-; sleep 0.05; echo done")
                .stdin(Stdin.bytes(random(1_000_000, 5))));
        assertExited(0, result);
        assertEquals("done\n", result.stdout());
    }

    @Test
    void noInputIsTheEndAtOnce() throws Exception {
        Result result = run(Command.of("cat").timeout(Duration.ofSeconds(20)));
        assertExited(0, result);
        assertEquals("", result.stdout());
        assertExited(0, run(Command.of("cat").stdin(Stdin.bytes(new byte[0])).timeout(Duration.ofSeconds(20))));
        assertExited(0, run(Command.of("cat").stdin(Stdin.text("")).timeout(Duration.ofSeconds(20))));
    }

    @Test
    void inputEndsWhenItHasBeenWritten() throws Exception {
        Result result = run(sh("cat; echo after").stdin(Stdin.text("é€𝄞\n")).timeout(Duration.ofSeconds(20)));
        assertExited(0, result);
        assertEquals("é€𝄞\nafter\n", result.stdout());
    }

    @Test
    void echoIsNeverMissing() throws Exception {
        for (int round = 0; round < 250; round++) {
            Result result = run(Command.of("echo", "hello"));
            assertExited(0, result);
            assertEquals("hello\n", result.stdout());
            assertTrue(result.outputComplete());
        }
    }

    @Test
    void hundredThousandOneByteWritesArrive() throws Exception {
        Result result = run(Command.of("dd", "if=/dev/zero", "bs=1", "count=100000", "status=none")
                .timeout(Duration.ofSeconds(40)));
        assertExited(0, result);
        assertEquals(100_000, result.stdoutBytes().length);
    }

    @Test
    void outputThatIsWrittenJustBeforeTheKillIsKept() throws Exception {
        Result result =
                run(sh("while :; do head -c 65536 /dev/zero; sleep 0.2; done").timeout(millis(3000)));
        assertTimedOutAndKilled(result);
        assertTrue(result.stdoutBytes().length >= 2 * 65536, () -> result.stdoutBytes().length + " bytes");
        assertTrue(result.outputComplete());
    }

    @Test
    void lastOutputBeforeASuicideIsKept() throws Exception {
        for (int round = 0; round < 50; round++) {
            Result result = run(sh("echo last; kill -9 $$"));
            assertTrue(killed(result));
            assertEquals("last\n", result.stdout());
        }
    }

    @Test
    void exactlyTheLimitIsFine() throws Exception {
        for (int limit : new int[] {0, 1, 511, 512, 513, 65_536, 1_000_000}) {
            Result result =
                    run(Command.of("head", "-c", "" + limit, "/dev/zero").stdout(Output.capture(limit)));
            assertExited(0, result);
            assertEquals(limit, result.stdoutBytes().length);
            assertTrue(result.outputComplete());
        }
    }

    @Test
    void oneByteMoreThanTheLimitIsTooMuchAlsoOfAProgramThatHasExited() throws Exception {
        for (int limit : new int[] {0, 1, 511, 512, 513, 65_535, 65_536, 1_000_000}) {
            Result result =
                    run(Command.of("head", "-c", "" + (limit + 1), "/dev/zero").stdout(Output.capture(limit)));
            assertEquals(Cause.OUTPUT_LIMIT, result.cause(), result::toString);
            assertEquals(limit, result.stdoutBytes().length);
            assertFalse(result.outputComplete());
            assertFalse(result.succeeded());
            assertThrows(RunFailedException.class, result::orThrow);
        }
        for (int round = 0; round < 50; round++) {
            Result result = run(sh("echo 12345; exit 6").stdout(Output.capture(5)));
            assertEquals(Cause.OUTPUT_LIMIT, result.cause(), "the same output, the same cause: " + result);
            assertEquals("12345", result.stdout());
        }
    }

    @Test
    void programThatWritesTooMuchIsEndedByItsPlan() throws Exception {
        Result killed = run(sh("cat /dev/zero & exec cat /dev/zero").stdout(Output.capture(100_000)));
        assertEquals(Cause.OUTPUT_LIMIT, killed.cause());
        assertTrue(killed(killed));
        assertEquals(100_000, killed.stdoutBytes().length);
        assertEquals(List.of(), alive());

        Result asked = run(sh("trap 'echo sorry; exit 9' TERM; yes >&2 & wait")
                .stderr(Output.capture(1000))
                .stopPlan(StopPlan.signal(Signal.TERM)
                        .then(Duration.ofSeconds(30))
                        .kill()));
        assertEquals(Cause.OUTPUT_LIMIT, asked.cause());
        assertEquals(new ExitStatus.Exited(9), asked.status());
        assertEquals("sorry\n", asked.stdout(), "the other stream goes on");
        assertEquals("y\n".repeat(500), asked.stderr());
    }

    @Test
    void limitHoldsForEachStreamByItself() throws Exception {
        Result result = run(sh("head -c 1000 /dev/zero; head -c 1000 /dev/zero >&2")
                .stdout(Output.capture(1000))
                .stderr(Output.capture(1000)));
        assertExited(0, result);
        assertThrows(IllegalArgumentException.class, () -> Output.capture(-1));
        assertThrows(IllegalArgumentException.class, () -> Output.capture(Long.MAX_VALUE));
    }

    @Test
    void mergedOutputIsInTheOrderOfTheWrites() throws Exception {
        StringBuilder script = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int index = 0; index < 200; index++) {
            script.append("echo ").append(index).append(index % 3 == 0 ? " >&2\n" : "\n");
            expected.append(index).append('\n');
        }
        Result result = run(sh(script.toString()).mergeStderr());
        assertExited(0, result);
        assertEquals(expected.toString(), result.stdout());
        assertEquals("", result.stderr());
    }

    @Test
    void textIsWholeAcrossBufferEdges() throws Exception {
        // 64 KiB + 1 characters of three bytes each: no edge of any buffer falls between two of them all the time.
        String text = "€".repeat(64 * 1024 + 1);
        Result result = run(Command.of("cat").stdin(Stdin.text(text)));
        assertEquals(text, result.stdout());
        assertFalse(result.stdout().contains("\uFFFD"));
    }

    @Test
    void discardedOutputGoesNowhere() throws Exception {
        Result result =
                run(sh("links=$(readlink /proc/$$/fd/1 /proc/$$/fd/2); echo \"$links\" >&2; cat /proc/self/environ")
                        .stdout(Output.discard()));
        assertExited(0, result);
        assertEquals("", result.stdout());
        assertTrue(result.stderr().startsWith("/dev/null\npipe:"), result.stderr());
        assertTrue(result.outputComplete());
    }

    @Test
    void eachDiscardedOutputCanBeWrittenToAndClosed() throws Exception {
        Result result = run(
                sh("exec 2>&- && echo lost && echo lost >&5; links=$(readlink /proc/$$/fd/1 /proc/$$/fd/5); echo \"$links\" >&4")
                        .stdout(Output.discard())
                        .stderr(Output.discard())
                        .output(4, Output.capture())
                        .output(5, Output.discard()));
        assertExited(0, result);
        assertEquals("/dev/null\n/dev/null\n", new String(result.output(4), StandardCharsets.UTF_8));
    }

    @Test
    void mergeIntoDiscardedOutputIsDiscarded() throws Exception {
        Result result = run(sh("test \"$(readlink /proc/$$/fd/1)$(readlink /proc/$$/fd/2)\" = /dev/null/dev/null")
                .stdout(Output.discard())
                .mergeStderr());
        assertExited(0, result);
    }

    @Test
    void inheritedStreamsAreTheJvmsOwn() throws Exception {
        Child child = start(Command.of("sleep", "60").inheritIo());
        for (int fd = 0; fd < 3; fd++) {
            int number = fd;
            eventually("the program is there", () -> "sleep"
                    .equals(Files.readString(Path.of("/proc/" + child.pid() + "/comm"))
                            .strip()));
            assertEquals(link("self", number), link(Long.toString(child.pid()), number));
        }
        child.kill();
        Result result = checked(child.await());
        assertTrue(result.outputComplete());
        assertEquals("", result.stdout());
    }

    private static Path link(String process, int fd) throws Exception {
        return Files.readSymbolicLink(Path.of("/proc/" + process + "/fd/" + fd));
    }

    @Test
    void programThatClosesItsOutputRunsOnUnderItsDeadline() throws Exception {
        Result result = run(sh("echo x; exec >&- 2>&-; exec sleep 60").timeout(millis(3000)));
        assertTimedOutAndKilled(result);
        assertEquals("x\n", result.stdout());
        assertTrue(result.outputComplete());
    }

    @Test
    void memoryOfAResultIsTheCallers() throws Exception {
        byte[] input = "abc".getBytes(StandardCharsets.UTF_8);
        Command command = Command.of("cat").stdin(Stdin.bytes(input));
        Arrays.fill(input, (byte) 'x');
        Result result = run(command);
        Arrays.fill(result.stdoutBytes(), (byte) 'y');
        assertEquals("abc", result.stdout());
    }

    private static byte[] random(int size, long seed) {
        byte[] data = new byte[size];
        new Random(seed).nextBytes(data);
        return data;
    }

    private static long checksum(byte[] data) {
        CRC32 checksum = new CRC32();
        checksum.update(data);
        return checksum.getValue();
    }
}
