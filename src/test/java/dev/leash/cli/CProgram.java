package dev.leash.cli;

import dev.leash.Command;
import dev.leash.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A program in C, for what no script can do: an exact count of signals, a disposition that a shell does not offer. */
final class CProgram {
    private CProgram() {}

    /** Compiles {@code src/test/resources/c/NAME.c} into {@code folder}; skips the test where there is no compiler. */
    static Path compiled(String name, Path folder) throws Exception {
        Assumptions.assumeTrue(
                Leash.status(Leash.sh("command -v cc")) == 0, "this test needs a C compiler, and there is no cc");
        Path program = folder.resolve(name);
        Path source = Path.of("src/test/resources/c", name + ".c").toAbsolutePath();
        Result result = Leash.run(Command.of("cc", "-O1", "-o", program.toString(), source.toString()));
        if (Leash.status(result) != 0) {
            throw new AssertionError("cc: " + Leash.err(result));
        }
        return program;
    }
}
