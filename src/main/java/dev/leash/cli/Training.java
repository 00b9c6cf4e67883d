package dev.leash.cli;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.cli.io.Console;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the launcher has this JVM do when it is to make the cache of classes for all but {@code timeout} (LEASH_MAKE_AOT): one
 * after the other all that the cache is to make faster. A cache knows the classes of one JVM, and of one only.
 */
final class Training {
    /** One command of {@code leash}. */
    interface Dispatch {
        int dispatch(List<String> arguments, Console console) throws Exception;
    }

    private Training() {}

    /** The exit status. */
    static int main(Dispatch command) throws Exception {
        loadRareKinds();
        Path jobs = Files.createTempFile("leash-training-", ".txt");
        try {
            Files.writeString(jobs, "sleep 0.1\n{\"argv\":[\"echo\",\"job\"]}\n", StandardCharsets.UTF_8);
            for (List<String> arguments : List.of(
                    List.of("--version"),
                    List.of("doctor"),
                    List.of("batch", "-j2", jobs.toString()),
                    List.of("run", "--json", "--timeout=10s", "--", "sleep", "0.1"),
                    List.of("run", "--timeout=0.1s", "--grace=1s", "--", "sleep", "10"),
                    // Long enough that the wait for it is trained, too.
                    List.of("run", "--", "sleep", "0.3"))) {
                // A console of its own: each command moves the standard streams, and leaves others in their places.
                int ignored = command.dispatch(arguments, new Console()); // one of them times out
            }
            return 0;
        } finally {
            Files.delete(jobs);
        }
    }

    /** Each start tests for these, which alone does not put them into the cache. */
    private static void loadRareKinds() {
        Command ignored = Command.of("true").stdout(Output.discard()).mergeStderr();
    }
}
