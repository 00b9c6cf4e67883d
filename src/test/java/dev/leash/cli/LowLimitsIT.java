package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where too little is allowed, for the JVM or for what leash does in it, there is one sentence and the status 125. */
@Timeout(120)
class LowLimitsIT {
    @TempDir
    Path temp;

    /** It works, or says in a sentence that it cannot; and leaves nothing behind. */
    private void assertWorksOrSaysSo(Result result) throws Exception {
        String err = Leash.err(result);
        if (Leash.status(result) == 0) {
            assertEquals("hi\n", Leash.out(result));
            assertTrue(err.isEmpty() || err.endsWith("; the last search for what it has left failed\n"), err);
        } else {
            assertEquals(125, Leash.status(result), err);
            assertEquals("", Leash.out(result));
            assertTrue(err.lines().anyMatch(line -> line.startsWith("leash: ")), err);
            assertFalse(
                    err.contains("internal error") || err.contains("\tat ") || err.contains("NoClassDef"),
                    "it names what is ours: " + err);
        }
        try (Stream<Path> left = Files.list(temp)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-v 20000",
                "-v 100000",
                "-v 300000",
                "-v 500000",
                "-v 550000",
                "-v 600000",
                "-v 700000",
                "-d 1000",
                "-d 20000",
                "-d 40000",
                "-d 60000",
                "-d 70000",
                "-n 13",
                "-n 14",
                "-n 15",
                "-n 16",
                "-n 17",
                "-n 18",
                "-n 19",
                "-n 20",
                "-n 21",
                "-n 22",
                "-n 24",
                "-n 40"
            })
    void ofMemoryAndDescriptors(String limit) throws Exception {
        for (String command : List.of("run --", "run --containment tree --", "timeout 60")) {
            assertWorksOrSaysSo(Leash.run(Leash.shell("ulimit " + limit + "; exec \"$LEASH\" " + command + " echo hi")
                    .directory(temp)));
        }
    }

    @Test
    void theSentenceNamesTheLimit() throws Exception {
        Result memory = Leash.run(Leash.shell("ulimit -v 300000; exec \"$LEASH\" run -- echo hi"));
        assertEquals(125, Leash.status(memory));
        assertTrue(
                Leash.err(memory).startsWith("leash: Java cannot start with so little (ulimit -v is 300000): "),
                Leash.err(memory));
        Result files = Leash.run(Leash.shell("ulimit -n 16; exec \"$LEASH\" run -- echo hi"));
        assertEquals(125, Leash.status(files));
        assertTrue(
                Leash.err(files).startsWith("leash: too few files may be open (ulimit -n is 16): "), Leash.err(files));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 11, 12, 13, 14, 15, 16, 18, 24})
    void ofProcesses(int limit) throws Exception {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
        // Root has no such limit.
        Result result = Leash.run(Leash.shell("""
                [ "$(id -u)" != 0 ] || as='setpriv --reuid 65533 --regid 65533 --clear-groups'
                $as test -r "$LEASH" || exit 99
                exec $as prlimit --nproc="$1" "$LEASH" run -- echo hi
                """, Integer.toString(limit)).directory(temp));
        Assumptions.assumeTrue(Leash.status(result) != 99, "another user cannot read the command");
        assertWorksOrSaysSo(result);
    }
}
