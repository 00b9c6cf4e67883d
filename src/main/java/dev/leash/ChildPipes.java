package dev.leash;

import dev.leash.internal.io.InputQueue;
import dev.leash.internal.io.LineItems;
import dev.leash.internal.io.OutputPublisher;
import dev.leash.internal.io.OutputQueue;
import dev.leash.internal.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;

/** The caller's ends of the pipes of a {@link Child}, by the child's own descriptors. From any thread. */
final class ChildPipes {
    private final Command command;
    private final Run run;

    ChildPipes(Command command, Run run) {
        this.command = command;
        this.run = run;
    }

    /** Whether the child reads {@code descriptor} from a pipe that the caller writes to. */
    boolean isFed(int descriptor) {
        return run.input(descriptor) != null;
    }

    /** Whether the child writes {@code descriptor} to a pipe that the caller reads. */
    boolean isRead(int descriptor) {
        return run.output(descriptor) != null;
    }

    /** @throws IllegalStateException if the descriptor is no pipe that the caller writes to */
    InputQueue input(int descriptor) {
        InputQueue queue = run.input(descriptor);
        if (queue == null) {
            throw new IllegalStateException(
                    "descriptor " + descriptor + " of " + command + " is not fed by hand: use Stdin.pipe()");
        }
        return queue;
    }

    /** @throws IllegalStateException if the descriptor is no pipe that the caller reads, or has its reader already */
    OutputQueue output(int descriptor) {
        OutputQueue queue = run.output(descriptor);
        if (queue == null) {
            throw new IllegalStateException(
                    "descriptor " + descriptor + " of " + command + " is not there to be read: use Output.pipe()");
        }
        if (!queue.claim()) {
            throw new IllegalStateException("descriptor " + descriptor + " of " + command + " has its reader already");
        }
        return queue;
    }

    /** The lines of {@link #output} in UTF-8. */
    Flow.Publisher<String> lines(int descriptor) {
        return new OutputPublisher<>(
                output(descriptor), () -> new LineItems(StandardCharsets.UTF_8, Output.DEFAULT_LINE_LIMIT));
    }
}
