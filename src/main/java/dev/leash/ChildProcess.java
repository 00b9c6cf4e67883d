package dev.leash;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A {@link Child} as a {@link Process}; see {@link Child#asProcess()}. For any thread. */
final class ChildProcess extends Process {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    /** What a shell adds to the number of a signal. */
    private static final int SIGNALED = 128;

    private final Child child;
    private final boolean mergesError;

    // Guarded by this: a stream of the child is taken at the first request for it, or when it is to be closed.
    private @Nullable OutputStream toChild;
    private @Nullable OutputStream stdin;
    private @Nullable InputStream stdout;
    private @Nullable InputStream stderr;
    private @Nullable ProcessHandle handle;

    ChildProcess(Child child) {
        this(child, false);
    }

    /** @param mergesError whether standard error goes where output goes, for which the JDK has a pipe all the same */
    ChildProcess(Child child, boolean mergesError) {
        this.child = child;
        this.mergesError = mergesError;
    }

    @Override
    public synchronized OutputStream getOutputStream() {
        OutputStream stream = stdin;
        if (stream == null) {
            OutputStream unbuffered = unbufferedStdin();
            // Without a pipe there is no buffer, so that each write fails at once and not at the close.
            stream = child.pipes().isFed(STDIN) ? new BufferedOutputStream(unbuffered) : unbuffered;
            stdin = stream;
        }
        return stream;
    }

    private synchronized OutputStream unbufferedStdin() {
        OutputStream stream = toChild;
        if (stream == null) {
            stream = child.pipes().isFed(STDIN) ? child.stdin() : new ClosedOutputStream();
            toChild = stream;
        }
        return stream;
    }

    @Override
    public synchronized InputStream getInputStream() {
        InputStream stream = stdout;
        if (stream == null) {
            stream = output(STDOUT);
            stdout = stream;
        }
        return stream;
    }

    @Override
    public synchronized InputStream getErrorStream() {
        InputStream stream = stderr;
        if (stream == null) {
            stream = output(STDERR);
            stderr = stream;
        }
        return stream;
    }

    private InputStream output(int descriptor) {
        if (!child.pipes().isRead(descriptor)) {
            InputStream ended = new EndedInputStream();
            return mergesError && descriptor == STDERR ? new BufferedInputStream(ended) : ended;
        }
        InputStream stream = child.output(descriptor);
        try {
            // Lets the loop read ahead, so that available() can report what has arrived.
            int ignored = stream.available();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is open
        }
        return new BufferedInputStream(stream);
    }

    @Override
    public int waitFor() throws InterruptedException {
        return exitValue(child.await());
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        long nanos = unit.toNanos(timeout);
        return !isAlive() || (nanos > 0 && child.await(Duration.ofNanos(nanos)).isPresent());
    }

    /** Waits for the end, also if the thread is interrupted; but not on the loop. */
    void awaitStubbornly() {
        Waiting.stubbornly(child);
    }

    @Override
    public int exitValue() {
        if (isAlive()) {
            throw new IllegalThreadStateException("process hasn't exited");
        }
        return exitValue(child.ended());
    }

    private static int exitValue(Result result) {
        return switch (result.status()) {
            case ExitStatus.Exited exited -> exited.code();
            case ExitStatus.Signaled signaled -> SIGNALED + signaled.signal().number();
            case ExitStatus.Unknown unknown -> throw new IllegalStateException(result.toString());
        };
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return child.end(this);
    }

    @Override
    public boolean isAlive() {
        return child.isRunning();
    }

    @Override
    public void destroy() {
        if (isAlive()) {
            child.sendSignal(Signal.TERM);
        }
        closeStreams();
    }

    @Override
    public Process destroyForcibly() {
        if (isAlive()) {
            child.kill();
        }
        closeStreams();
        return this;
    }

    private void closeStreams() {
        // The stream below the buffer is closed first: the flush of the buffer then fails instead of waiting for the
        // child.
        closeQuietly(unbufferedStdin());
        closeQuietly(getOutputStream());
        closeUnlessTaken(this::getInputStream);
        closeUnlessTaken(this::getErrorStream);
    }

    private static void closeUnlessTaken(Supplier<InputStream> output) {
        try {
            closeQuietly(output.get());
        } catch (IllegalStateException e) {
            // Another reader has taken it from the Child.
        }
    }

    private static void closeQuietly(Closeable stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // Unflushed bytes are dropped, as Child.asProcess documents.
        }
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public long pid() {
        return child.pid();
    }

    @Override
    public synchronized ProcessHandle toHandle() {
        ProcessHandle known = handle;
        if (known == null) {
            known = child.toHandle().orElseGet(() -> new EndedProcess(child.pid()));
            handle = known;
        }
        return known;
    }

    /** The same text as the JDK's. */
    @Override
    public String toString() {
        return "Process[pid=" + pid() + ", exitValue=" + (isAlive() ? "\"not exited\"" : ended()) + "]";
    }

    private String ended() {
        try {
            return Integer.toString(exitValue());
        } catch (IllegalStateException e) {
            return "\"unknown\"";
        }
    }
}
