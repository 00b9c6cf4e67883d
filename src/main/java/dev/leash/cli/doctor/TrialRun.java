package dev.leash.cli.doctor;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import dev.leash.cli.io.Complaint;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.sys.Errno;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes two runs from start to end, one of which has to be stopped: trials of single system calls do not show whether
 * that works.
 */
final class TrialRun {
    private static final Duration DEADLINE = Duration.ofMillis(50);
    private static final Duration LONGEST_RUN = Duration.ofSeconds(20);

    private TrialRun() {}

    /** Why runs do not work here; null if they do. */
    static @Nullable String obstacle() {
        Supervisor supervisor;
        try {
            supervisor = CommandAccess.get().supervisor(false, 0);
        } catch (IOException | UnsupportedOperationException | OutOfMemoryError e) {
            return String.valueOf(e.getMessage());
        }
        try {
            Result heard = run(supervisor, Command.shell("echo heard"));
            if (heard == null) {
                return "a run does not end";
            }
            if (!heard.succeeded() || !heard.stdout().equals("heard\n")) {
                return "a shell that was to write a word did not: " + heard.status();
            }
            Result ended = run(supervisor, Command.shell("exec sleep 60").timeout(DEADLINE));
            if (ended == null) {
                return "a run does not end";
            }
            supervisor.close(); // not after a run that does not end: this would not return either
            return ended.cause() == Cause.TIMED_OUT ? null : "a deadline had no effect: " + ended.status();
        } catch (SpawnException e) {
            boolean filtered = e.errno() == Errno.EPERM || e.errno() == Errno.ENOSYS;
            return e.getMessage()
                    + (filtered
                            ? "; a filter of system calls may refuse what comes between fork and exec:"
                                    + " setpgid, setsid, execve"
                            : "");
        } catch (IllegalStateException e) {
            return "a run cannot be followed: " + Complaint.about(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The result of the run; null if it does not end. */
    private static @Nullable Result run(Supervisor supervisor, Command command)
            throws SpawnException, InterruptedException {
        Optional<Result> result = supervisor.start(command).await(LONGEST_RUN);
        return result.orElse(null);
    }
}
