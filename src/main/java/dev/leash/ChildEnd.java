package dev.leash;

import dev.leash.internal.run.Ending;
import dev.leash.internal.run.Run;
import org.jspecify.annotations.Nullable;

/** The result of a {@link Child}: one object, however it is asked for. From any thread. */
final class ChildEnd {
    private final Command command;
    private final Run run;

    /** Guarded by this. */
    private @Nullable Result known;

    ChildEnd(Command command, Run run) {
        this.command = command;
        this.run = run;
    }

    /** The result of a run that has ended so. */
    synchronized Result result(Ending ending) {
        Result result = known;
        if (result == null) {
            result = new Result(command, run.pid(), ending);
            known = result;
        }
        return result;
    }

    /** What is thrown for a run that has failed. */
    static IllegalStateException failed(Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return new IllegalStateException(cause.getMessage(), cause);
    }
}
