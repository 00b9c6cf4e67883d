package dev.leash.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Rlimit;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import java.io.OutputStream;
import java.nio.file.Path;

/** What can be said of a command, and small things besides. */
public class Commands {
    public static void main(String[] args) throws Exception {
        // @start region=build
        Command build = Command.of("make", "-j8")
                .directory(Path.of("/src/project"))
                .env("CC", "clang")
                .mergeStderr()
                .timeout(ofMinutes(10))
                .stopPlan(StopPlan.signal(Signal.INT).then(ofSeconds(5)).kill());
        // @end
        System.out.println(build);

        // @start region=prefix
        Command prefixed = Command.of("make").prefix("nice", "-n", "10").prefix("prlimit", "--nofile=64", "--");
        // @end
        System.out.println(prefixed);

        // @start region=rlimit
        Command limited = Command.of("make")
                .rlimit(Rlimit.NOFILE, 256)
                .rlimit(Rlimit.CORE, 0)
                .nice(10);
        // @end
        System.out.println(limited);

        // @start region=idle
        Command nightly = Command.of("./nightly-build").timeout(ofHours(4)).idleTimeout(ofMinutes(10));
        // @end
        System.out.println(nightly);

        // @start region=descriptor
        Command gpg =
                Command.of("gpg", "--status-fd", "3", "--verify", "file.sig").output(3, Output.capture());
        // @end
        System.out.println(gpg);

        // @start region=plans
        StopPlan polite = StopPlan.signal(Signal.TERM).then(ofSeconds(2)).kill();
        StopPlan patient = StopPlan.signal(Signal.INT)
                .then(ofSeconds(5))
                .signal(Signal.TERM)
                .then(ofSeconds(5))
                .kill();
        // @end
        System.out.println(polite + "\n" + patient);

        try (var supervisor = Supervisor.create()) {
            // @start region=stdin
            Command sort = Command.of("sort").stdin(Stdin.text("b\na\n"));
            Command count = Command.of("wc", "-l").stdin(Stdin.file(Path.of("/etc/passwd")));

            Child shell = supervisor.start(Command.of("sh").stdin(Stdin.pipe()));
            try (OutputStream in = shell.stdin()) {
                in.write("echo $((6 * 7))\n".getBytes(UTF_8));
            }
            // @end
            System.out.print(supervisor.run(sort).stdout());
            supervisor.run(count).orThrow();
            System.out.print(shell.await().stdout());
        }
    }
}
