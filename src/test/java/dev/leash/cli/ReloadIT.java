package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Signal;
import dev.leash.support.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code leash reload} does to a {@code leash up}. */
@Timeout(180)
class ReloadIT extends ControlledUp {
    @Test
    void aFileThatCannotBeReadAgainHoldsNothingUp() throws Exception {
        Path variables = file("variables", "A=1\n");
        file("leash.toml", "env_file = \"variables\"\n[service.a]\ncommand = '" + LOOP + "'\n");
        Child ignored = up();
        awaitSocket();
        Files.delete(variables);
        assertEquals(0, Leash.status(Leash.run(Command.of("mkfifo", variables.toString()))));
        fails(125, "it is a FIFO, which cannot be read again", "reload");
        Files.delete(variables);
        file("variables", "A=2\n");
        assertEquals("a: changed\n", ok("reload"));
    }

    @Test
    void anEssentialOneThatAReloadTakesAwayIsNotMissed() throws Exception {
        String a = "[service.a]\ncommand = '" + LOOP + "'\n";
        file("leash.toml", a + """
                [service.x]
                command = "exit 1"
                essential = true
                backoff = { initial = "1000s", max = "1000s" }
                """);
        Child up = up();
        awaitSocket();
        ok("wait", "a");
        ok("stop", "a");
        file("leash.toml", a);
        assertEquals("x: removed\n", ok("reload"));
        assertTrue(ok("ps").contains("it was told to stop"));
        ok("start", "a");
        Leash.signal(up, Signal.TERM);
        assertEquals(0, Leash.status(up.await()), errorsOfUp());
    }

    @Test
    void theFileIsReadAgain() throws Exception {
        String rest = "[service.same]\ncommand = '" + LOOP + "'\n";
        file(
                "leash.toml",
                rest + "[service.old]\ncommand = '" + LOOP + "'\n[service.other]\ncommand = '" + LOOP + "'\n");
        Child up = up();
        awaitSocket();
        ok("wait");
        String same = pid("same");
        String other = pid("other");
        assertEquals("nothing has changed\n", ok("reload"));
        file("leash.toml", rest + "[service.old]\ncomand = 'x'\n");
        fails(125, "leash: leash.toml:4: ", "reload");
        assertEquals(3, ok("ps", "--json").lines().count());
        file(
                "leash.toml",
                rest + "[service.other]\ncommand = 'true; " + LOOP + "'\n[service.new]\ncommand = '" + LOOP + "'\n");
        assertEquals("old: removed\nother: changed\nnew: new\n", ok("reload"));
        ok("wait");
        assertEquals(
                List.of("NAME", "new", "other", "same"),
                ok("ps").lines()
                        .map(line -> line.replaceAll(" .*", ""))
                        .sorted()
                        .toList());
        assertEquals(same, pid("same"));
        assertFalse(pid("other").equals(other));
        assertTrue(errorsOfUp().contains("leash: new: ready\n"), errorsOfUp());
        Leash.signal(up, Signal.TERM);
        assertEquals(0, Leash.status(up.await()), errorsOfUp());
    }

    @Test
    void aServiceReadsItsOwnConfigurationAgain() throws Exception {
        file("Procfile", "a: trap ': >got' HUP; echo up; " + LOOP + "\nb: exit 0\n");
        up();
        awaitSocket();
        Eventually.eventually("its trap is set", () -> {
            try {
                return ok("logs", "a").equals("up\n");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertEquals("a: reloaded\n", ok("reload", "a"));
        Leash.awaitFile(temp.resolve("got"));
        fails(1, "leash: b: service b does not run", "reload", "b");
    }
}
