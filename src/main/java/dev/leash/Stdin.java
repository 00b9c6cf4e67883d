package dev.leash;

import dev.leash.internal.io.InputSource;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Where a child's standard input comes from, or another descriptor that it reads. Immutable.
 *
 * {@snippet class="dev.leash.examples.Commands" region="stdin"}
 */
public final class Stdin {
    private static final Stdin EMPTY = new Stdin(new InputSource.Empty());
    private static final Stdin INHERIT = new Stdin(new InputSource.Inherited());
    private static final Stdin PIPE = new Stdin(new InputSource.Piped());
    private static final Stdin CLOSED = new Stdin(new InputSource.Closed());

    private final InputSource input;

    private Stdin(InputSource input) {
        this.input = input;
    }

    /** Nothing: the first read finds the end. The default of a {@link Command}. */
    public static Stdin empty() {
        return EMPTY;
    }

    /** These bytes, then the end. A program that exits or closes its input before it has read them all is no error. */
    public static Stdin bytes(byte[] data) {
        return new Stdin(new InputSource.Bytes(data.clone()));
    }

    /** This text in UTF-8, then the end. See {@link #bytes}. */
    public static Stdin text(String text) {
        return new Stdin(new InputSource.Bytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * A file, which the child reads itself. The start opens it, and fails if that fails; if it is a FIFO, the start
     * waits for a writer, see {@link Supervisor#start}. A serial line is opened without waiting for its carrier.
     */
    public static Stdin file(Path file) {
        return new Stdin(new InputSource.File(NativePath.bytes(file)));
    }

    /** A file by the bytes of its path, which may be in any encoding. See {@link #file(Path)}. */
    public static Stdin file(byte[] path) {
        return new Stdin(new InputSource.File(path.clone()));
    }

    /**
     * The standard input of the JVM. A child is in a process group of its own: if that input is a terminal, a program
     * that reads from it is stopped (SIGTTIN) like any background job.
     */
    public static Stdin inherit() {
        return INHERIT;
    }

    /**
     * What the caller writes while the child runs, to {@link Child#stdin()} or {@link Child#stdinChannel()}. A write
     * parks while the child does not read, and throws when the child has closed its end or has exited. A pipe that is
     * never closed ends with the run.
     */
    public static Stdin pipe() {
        return PIPE;
    }

    /**
     * What a stream gives, then the end. It is read on a virtual thread, which is interrupted when the run ends; the
     * stream is not closed. If reading throws, the run ends, and the exception is its {@linkplain Result#failure()
     * failure}.
     *
     * <p>A stream belongs to one run. A read that cannot be interrupted (as that of {@link System#in}) keeps its
     * thread until it returns, but does not hold up the run.
     */
    public static Stdin from(InputStream source) {
        return new Stdin(new InputSource.Streamed(Objects.requireNonNull(source, "source")));
    }

    /**
     * What is published, then the end. The next buffer is requested when one has been written, so a child that does
     * not read holds back the publisher. {@code onError} ends the run, with the error as its {@linkplain
     * Result#failure() failure}; when the child has closed its end or exited, the subscription is cancelled.
     */
    public static Stdin publisher(Flow.Publisher<? extends ByteBuffer> publisher) {
        return new Stdin(new InputSource.Published(Objects.requireNonNull(publisher, "publisher")));
    }

    /** A descriptor of the JVM, which stays open until the start has returned. */
    static Stdin descriptor(int fd) {
        return new Stdin(new InputSource.Descriptor(fd));
    }

    /** The child does not have the descriptor at all. */
    static Stdin closed() {
        return CLOSED;
    }

    InputSource input() {
        return input;
    }

    /** Of the same kind with the same content; a stream or a publisher by its own {@code equals}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Stdin stdin && stdin.input.equals(input);
    }

    @Override
    public int hashCode() {
        return input.hashCode();
    }

    boolean isPipe() {
        return input instanceof InputSource.Piped;
    }
}
