package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.support.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A {@code leash up} in a folder of its own, and those who ask it. */
abstract class ControlledUp {
    static final String LOOP = "while :; do sleep 0.05; done";

    @TempDir
    Path temp;

    private final List<Child> ups = new ArrayList<>();
    Path runtime;

    @BeforeEach
    void makeTheFolders() throws IOException {
        runtime = Files.createDirectory(temp.resolve("runtime"));
    }

    @AfterEach
    void nothingRunsOn() throws Exception {
        for (Child up : ups) {
            up.kill();
            Result ignored = up.await();
        }
    }

    Command in(Command command) {
        return command.directory(temp).unsetEnv("PORT").env("XDG_RUNTIME_DIR", runtime.toString());
    }

    Child up(String... arguments) throws Exception {
        Child child = Leash.start(in(Leash.command("up").args(arguments)).stderr(Output.file(temp.resolve("up.err"))));
        ups.add(child);
        return child;
    }

    Result leash(String... arguments) throws Exception {
        return Leash.run(in(Leash.command(arguments)));
    }

    /** What it writes; it has to succeed. */
    String ok(String... arguments) throws Exception {
        Result result = leash(arguments);
        assertEquals(0, Leash.status(result), () -> String.join(" ", arguments) + ": " + Leash.err(result));
        return Leash.out(result);
    }

    void fails(int status, String message, String... arguments) throws Exception {
        Result result = leash(arguments);
        assertTrue(Leash.err(result).contains(message), () -> Leash.err(result) + Leash.out(result));
        assertEquals(status, Leash.status(result), Leash.err(result));
    }

    Path file(String name, String text) throws IOException {
        return Files.writeString(temp.resolve(name), text);
    }

    /** It cannot be asked before it listens. */
    void awaitSocket() {
        Eventually.eventually("a socket", () -> {
            try (var all = Files.list(runtime.resolve("leash"))) {
                return all.anyMatch(path -> path.toString().endsWith(".sock"));
            } catch (IOException e) {
                return false;
            }
        });
    }

    String pid(String service) throws Exception {
        return ok("ps", "--json", service).replaceAll("(?s).*\"pid\":(\\d+).*", "$1");
    }

    String errorsOfUp() {
        try {
            return Files.readString(temp.resolve("up.err"));
        } catch (IOException e) {
            return "";
        }
    }

    Path socket() throws IOException {
        try (var all = Files.list(runtime.resolve("leash"))) {
            return all.filter(path -> path.toString().endsWith(".sock"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
