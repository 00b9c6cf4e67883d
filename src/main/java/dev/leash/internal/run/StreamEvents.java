package dev.leash.internal.run;

import dev.leash.Cause;
import dev.leash.internal.io.RunListener;

/** What the streams of a run report, as events of the run. For the loop's thread, except where noted. */
final class StreamEvents implements RunListener {
    private final Run run;
    private final long outputLimit;
    private long outputBytes;

    StreamEvents(Run run, long outputLimit) {
        this.run = run;
        this.outputLimit = outputLimit;
    }

    /** How many bytes have been read. */
    long outputBytes() {
        return outputBytes;
    }

    /** From any thread. */
    @Override
    public long number() {
        return run.number();
    }

    /** From any thread. */
    @Override
    public int pid() {
        return run.pid();
    }

    @Override
    public int outputRead(int count) {
        long left = Math.max(0, outputLimit - outputBytes);
        outputBytes += count;
        run.effects().sawOutput();
        return (int) Math.min(count, left);
    }

    @Override
    public void streamChanged() {
        if (run.effects().consumersDone()) {
            run.events().handle(Event.CONSUMERS_DONE);
        } else if (run.effects().pipesAtEnd()) {
            run.events().handle(Event.PIPES_AT_END);
        }
    }

    @Override
    public void limitReached() {
        run.events().unwanted(Cause.OUTPUT_LIMIT);
    }

    @Override
    public void userCodeFailed(Throwable thrown) {
        run.effects().findings().userCodeFailed(thrown);
        run.events().unwanted(Cause.FAILED);
    }
}
