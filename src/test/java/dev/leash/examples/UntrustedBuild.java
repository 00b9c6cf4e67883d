package dev.leash.examples;

import static java.time.Duration.ofMinutes;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Rlimit;
import dev.leash.Supervisor;
import java.nio.file.Path;

/** A build that nobody has read: it gets little, for a short time, and nothing of it stays. */
public class UntrustedBuild {
    public static void main(String[] args) throws Exception {
        Path checkout = Path.of(args[0]);
        try (var supervisor = Supervisor.create()) {
            // @start region=untrusted
            Command build = Command.of("./build.sh")
                    .directory(checkout)
                    .clearEnv()
                    .env("PATH", "/usr/bin:/bin")
                    .containment(Containment.strongest())
                    .rlimit(Rlimit.NOFILE, 256)
                    .rlimit(Rlimit.CORE, 0)
                    .rlimit(Rlimit.FSIZE, 100_000_000)
                    .nice(10)
                    .stdout(Output.captureEnds(64 * 1024))
                    .mergeStderr()
                    .outputLimit(1_000_000)
                    .timeout(ofMinutes(5));
            Result result = supervisor.run(build);
            System.out.println(result);
            result.killed().forEach(left -> System.out.println("left behind: " + left.name()));
            // @end
            System.out.print(result.stdout());
        }
    }
}
