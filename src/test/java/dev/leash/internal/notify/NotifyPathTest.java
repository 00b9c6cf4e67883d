package dev.leash.internal.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.forked.Jvm;
import dev.leash.forked.Notified;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Datagrams;
import dev.leash.internal.sys.Descriptors;
import dev.leash.support.LeakCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Where the socket's file is, and what of it stays. */
@Timeout(120)
class NotifyPathTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @TempDir
    Path temp;

    private final CallState state = CallState.create();
    private final List<Integer> sockets = new ArrayList<>();

    private NotifyPath bind(Path... folders) throws IOException {
        int fd = Datagrams.open(state);
        sockets.add(fd);
        return NotifyPath.bind(state, fd, List.of(folders));
    }

    @AfterEach
    void close() {
        sockets.forEach(fd -> Descriptors.close(state, fd));
    }

    @Test
    void onlyThisUserMaySendUnlessItIsRoot() throws Exception {
        Path file = Path.of(bind(temp).toString());
        boolean root = (int) Files.getAttribute(file, "unix:uid") == 0;
        assertEquals(
                root ? "rw-rw-rw-" : "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void folderThatDoesNotFitIsPassedOver() throws Exception {
        Path longest = Files.createDirectories(temp.resolve("x".repeat(60)).resolve("y".repeat(30)));
        Path open = Files.createDirectory(temp.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path missing = temp.resolve("missing");
        Path good = Files.createDirectory(temp.resolve("good"));
        assertEquals(
                good, Path.of(bind(longest, open, missing, good).toString()).getParent());

        IOException none = assertThrows(IOException.class, () -> bind(longest, open, missing));
        assertTrue(none.getMessage().contains(longest + ": the path of a socket in it would have more than 107 bytes"));
        assertTrue(none.getMessage().contains(open + ": other users may replace files in it"), none.getMessage());
        assertTrue(none.getMessage().contains(missing + ": it cannot be looked at (NoSuchFileException)"));
        assertTrue(none.getMessage().contains("XDG_RUNTIME_DIR"));
    }

    @Test
    void twoSocketsHaveTwoFiles() throws Exception {
        NotifyPath one = bind(temp);
        NotifyPath other = bind(temp);
        assertEquals(Set.of(one.toString(), other.toString()), files());
        one.remove();
        other.remove();
        assertEquals(Set.of(), files());
    }

    @Test
    void whatKilledJvmsLeaveIsRemovedAndThatOfALivingOneIsNot() throws Exception {
        Process living = jvm();
        Process killed = jvm();
        try {
            String kept = line(living);
            String left = line(killed);
            killed.destroyForcibly().waitFor();
            assertEquals(Set.of(kept, left), files());

            String own = bind(temp).toString();

            assertEquals(Set.of(kept, own), files());
        } finally {
            for (Process each : List.of(living, killed)) {
                each.destroyForcibly().waitFor();
            }
        }
    }

    private Process jvm() throws IOException {
        List<String> command =
                Jvm.of(temp, Notified.class).options("-Djava.io.tmpdir=" + temp).command();
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().remove("XDG_RUNTIME_DIR");
        return builder.start();
    }

    private static String line(Process jvm) throws IOException {
        return jvm.inputReader(StandardCharsets.UTF_8).readLine();
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> all = Files.list(temp)) {
            return all.map(Path::toString)
                    .filter(name -> name.contains("leash-notify-"))
                    .collect(Collectors.toSet());
        }
    }
}
