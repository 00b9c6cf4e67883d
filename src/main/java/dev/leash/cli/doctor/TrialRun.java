package dev.leash.cli.doctor;

import dev.leash.Cause;
import dev.leash.SpawnException;
import dev.leash.cli.io.Complaint;
import dev.leash.cli.io.RawText;
import dev.leash.internal.engine.Engine;
import dev.leash.internal.run.Ending;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.sys.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Two runs from start to end, one of which has to be ended: what no look at a single system call can tell. */
final class TrialRun {
    private static final String SHELL = "/bin/sh";
    private static final long DEADLINE_NANOS = 50_000_000L;
    private static final int PATIENCE_SECONDS = 20;

    private TrialRun() {}

    /** Why runs do not work here; null if they do. */
    static @Nullable String obstacle() {
        Engine engine;
        try {
            engine = new Engine("leash-doctor");
        } catch (IOException | UnsupportedOperationException | OutOfMemoryError e) {
            return String.valueOf(e.getMessage());
        }
        try {
            Ending heard = run(engine, "echo heard", Long.MAX_VALUE);
            String output = new String(heard.captured(1), StandardCharsets.US_ASCII);
            if (heard.exit().signaled() || heard.exit().code() != 0 || !output.equals("heard\n")) {
                return "a shell that was to write a word did not: " + heard.exit();
            }
            Ending ended = run(engine, "exec sleep 60", DEADLINE_NANOS);
            return ended.cause() == Cause.TIMED_OUT ? null : "a deadline had no effect: " + ended.exit();
        } catch (SpawnException e) {
            boolean filtered = e.errno() == Errno.EPERM || e.errno() == Errno.ENOSYS;
            return e.getMessage()
                    + (filtered
                            ? "; a filter of system calls may refuse what comes between fork and exec: setpgid, setsid, execve"
                            : "");
        } catch (ExecutionException e) {
            return "a run cannot be followed: " + Complaint.about(e);
        } catch (TimeoutException e) {
            return "a run does not end";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            engine.kill();
            engine.shutdown();
        }
    }

    private static Ending run(Engine engine, String script, long timeoutNanos)
            throws SpawnException, InterruptedException, ExecutionException, TimeoutException {
        RunSpec spec = RunSpec.of(ProgramSpec.of(RawText.bytes(List.of(SHELL, "-c", script)))
                        .build())
                .timeoutNanos(timeoutNanos)
                .build();
        return engine.start(spec).outcome().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
