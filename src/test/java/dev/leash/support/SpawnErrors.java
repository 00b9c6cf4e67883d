package dev.leash.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.SpawnException;
import dev.leash.SpawnException.Kind;
import dev.leash.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;

/** What every start that fails has to fulfil. */
public final class SpawnErrors {
    private SpawnErrors() {}

    /** Starts what cannot be started: it has to be told within a second, and nothing is left at that moment. */
    public static SpawnException failure(Supervisor supervisor, Command command) {
        long took = 0;
        // A busy machine may stand still for so long. Not three times.
        for (int attempt = 0; attempt < 3; attempt++) {
            LeakCheck.Baseline before = LeakCheck.now();
            long start = System.nanoTime();
            SpawnException e = assertThrows(SpawnException.class, () -> supervisor.start(command));
            took = System.nanoTime() - start;
            assertEquals(List.of(), before.leaked());
            if (took < 1_000_000_000L) {
                return e;
            }
        }
        throw new AssertionError("took " + took + " ns");
    }

    /** The message ends with the errno, and nothing in it can disturb a terminal or a log. */
    public static void assertError(SpawnException e, Kind kind, String errno, String path) {
        assertEquals(kind, e.kind(), e.getMessage());
        assertEquals(errno, e.errnoName(), e.getMessage());
        assertEquals(path, e.path(), e.getMessage());
        assertTrue(e.getMessage().endsWith(" (" + errno + ")"), e.getMessage());
        assertFalse(e.getMessage().chars().anyMatch(Character::isISOControl), e.getMessage());
    }

    public static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    public static Path file(Path directory, String name, String text, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }
}
