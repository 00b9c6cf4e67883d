package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Result;
import dev.leash.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The leash.toml that docs/from-supervisord.md shows, with stand-ins for its three programs. */
@Timeout(120)
class FromSupervisordIT {
    @TempDir
    Path temp;

    private static String file() throws IOException {
        Matcher block = Pattern.compile("```toml\n(.*?)```\n", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs", "from-supervisord.md")));
        assertTrue(block.find(), "the page shows one");
        return block.group(1);
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(temp.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void theFileOfThePageRunsTheThreePrograms() throws Exception {
        Files.writeString(temp.resolve("leash.toml"), file());
        program("migrate", "echo migrated >order\n");
        program("web", """
                test "$1 $APP_ENV" = '--port production' || exit 9
                cat order
                echo "port $2"
                : >"up.$2"
                exec sleep 1000
                """);
        program("worker", """
                trap 'echo quit >quit; exit 0' QUIT
                cat order >worked
                : >up.worker
                while :; do sleep 0.05; done
                """);
        Child child = Leash.start(Leash.command("up").directory(temp).unsetEnv("PORT"));
        for (String up : List.of("up.8000", "up.8001", "up.worker")) {
            Leash.awaitFile(temp.resolve(up));
        }
        Leash.signal(child, Signal.TERM);
        Result result = child.await();
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertEquals("migrated\n", Files.readString(temp.resolve("worked")), "after the migration");
        assertEquals("quit\n", Files.readString(temp.resolve("quit")), "stopped by QUIT");
        List<String> log =
                Files.readString(temp.resolve("web.log")).lines().sorted().toList();
        assertEquals(List.of("migrated", "migrated", "port 8000", "port 8001"), log);
    }
}
