package dev.leash.examples;

import static java.time.Duration.ofMillis;

import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Limit;
import dev.leash.Result;
import dev.leash.Rlimit;
import dev.leash.RunFailedException;
import dev.leash.SpawnException;
import dev.leash.Supervisor;

/** All that can become of a command, and how it is told. */
public class Outcomes {
    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create()) {
            tell(supervisor, Command.of("true"));
            tell(supervisor, Command.shell("exit 137"));
            tell(supervisor, Command.shell("kill -KILL $$"));
            tell(supervisor, Command.of("sleep", "10").timeout(ofMillis(100)));
            tell(supervisor, Command.of("no-such-program"));
            demand(supervisor, Command.shell("echo 'disk full' >&2; exit 3"));
            tellOfLimits(supervisor, Command.of("dd", "if=/dev/zero", "of=" + args[0], "bs=2M", "count=1"));
            System.out.println(shellCode(supervisor.run(Command.shell("kill -TERM $$"))));
        }
    }

    static void tell(Supervisor supervisor, Command command) throws InterruptedException {
        // @start region=tell
        try {
            Result result = supervisor.run(command);
            switch (result.cause()) {
                case EXITED -> System.out.println("ended by itself: " + result.status());
                case TIMED_OUT -> System.out.println("took too long: " + result.status());
                default -> System.out.println("was ended: " + result);
            }
        } catch (SpawnException e) {
            System.out.println("did not start: " + e.kind() + ", " + e.errnoName() + ", " + e.path());
        }
        // @end
    }

    static void demand(Supervisor supervisor, Command command) throws Exception {
        // @start region=demand
        try {
            String answer = supervisor.run(command).orThrow().stdout();
            System.out.println(answer);
        } catch (RunFailedException e) {
            System.out.println(e.getMessage()); // the command, how it ended, and what it complained of last
        }
        // @end
    }

    static void tellOfLimits(Supervisor supervisor, Command command) throws Exception {
        // @start region=limits
        Result result = supervisor.run(command.rlimit(Rlimit.FSIZE, 1_000_000));
        if (result.limitsReached().contains(Limit.FILE_SIZE)) {
            System.out.println("wrote more than it may: " + result.status());
        }
        // @end
    }

    static int shellCode(Result result) {
        // @start region=status
        return switch (result.status()) {
            case ExitStatus.Exited exited -> exited.code();
            case ExitStatus.Signaled signaled -> 128 + signaled.signal().number();
            case ExitStatus.Unknown unknown -> 125; // it has become another user, and is alive
        };
        // @end
    }
}
