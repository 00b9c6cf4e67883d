package dev.leash.cli;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.LostOutputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this JVM runs when the launcher makes the class cache for all commands but {@code timeout} (LEASH_MAKE_AOT):
 * one after the other, each command that the cache makes faster. A cache holds the classes of a single run of a JVM.
 */
final class Training {
    /** One command of {@code leash}. */
    interface Dispatch {
        int dispatch(List<String> arguments, Console console) throws Exception;
    }

    private Training() {}

    /** Runs the commands and returns the exit status. */
    static int main(Dispatch command) throws Exception {
        loadRareKinds();
        Path folder = Files.createTempDirectory("leash-training-");
        Path jobs = folder.resolve("jobs.txt");
        Path services = folder.resolve("leash.toml");
        try {
            Files.writeString(jobs, "sleep 0.1\n{\"argv\":[\"echo\",\"job\"]}\n", StandardCharsets.UTF_8);
            Files.writeString(services, "[service.one]\ncommand = 'sleep 0.1'\nrestart = 'never'\n");
            for (List<String> arguments : List.of(
                    List.of("--version"),
                    List.of("doctor"),
                    List.of("batch", "-j2", jobs.toString()),
                    List.of("bench", "-r6", "true", "sleep 0.01"),
                    List.of("up", services.toString()),
                    List.of("run", "--json", "--timeout=10s", "--", "sleep", "0.1"),
                    List.of("run", "--timeout=0.1s", "--grace=1s", "--", "sleep", "10"),
                    // With a process that has left the group, which is searched for. It needs some time to leave on a
                    // busy machine.
                    List.of("run", "--timeout=1s", "--", "sh", "-c", "setsid sleep 10 2>/dev/null & exec sleep 10"),
                    // Long enough that the cache also covers the wait for it.
                    List.of("run", "--", "sleep", "0.3"))) {
                // A console for each command, because each moves the standard streams and puts other files in their
                // places.
                try {
                    int ignored = command.dispatch(arguments, new Console()); // one of them times out
                } catch (LostOutputException e) {
                    // The file that is in the place of standard output by now does not take what it says.
                }
            }
            return 0;
        } finally {
            Files.delete(jobs);
            Files.delete(services);
            Files.delete(folder);
        }
    }

    /** Each start tests for these types, which alone does not put them into the cache. */
    private static void loadRareKinds() {
        Command ignored = Command.of("true").stdout(Output.discard()).mergeStderr();
    }
}
