package dev.leash;

import dev.leash.internal.io.ChunkConsumer;
import dev.leash.internal.io.OutputTarget.Keep;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where an output stream of a child goes. Immutable.
 *
 * {@snippet class="dev.leash.examples.LiveLines" region="lines"}
 *
 * {@snippet class="dev.leash.examples.FollowTheLog" region="follow"}
 *
 * <p>No kind of output needs a platform thread for each child; {@link #lines}, {@link #bytes} and {@link #to} run
 * user code on a virtual one. A slow reader holds back only its own child, through the pipe.
 */
public final class Output {
    /** How much {@link #capture()} keeps: 16 MiB. */
    public static final int DEFAULT_CAPTURE_LIMIT = dev.leash.internal.io.OutputTarget.Captured.DEFAULT_LIMIT;

    /** How long a line of {@link #lines(Consumer)} can be before it comes in pieces: 1 Mi chars. */
    public static final int DEFAULT_LINE_LIMIT = 1024 * 1024;

    /** The longest array that every JVM can make. */
    private static final int LARGEST_CAPTURE_LIMIT = Integer.MAX_VALUE - 8;

    private static final Output CAPTURE = capture(DEFAULT_CAPTURE_LIMIT);
    private static final Output INHERIT = new Output(new dev.leash.internal.io.OutputTarget.Inherited());
    private static final Output DISCARD = new Output(new dev.leash.internal.io.OutputTarget.Discarded());
    private static final Output MERGE = new Output(new dev.leash.internal.io.OutputTarget.Merged());
    private static final Output CLOSED = new Output(new dev.leash.internal.io.OutputTarget.Closed());
    private static final Output PIPE = new Output(new dev.leash.internal.io.OutputTarget.Piped());

    private final dev.leash.internal.io.OutputTarget output;

    private Output(dev.leash.internal.io.OutputTarget output) {
        this.output = output;
    }

    /** Into memory, at most {@link #DEFAULT_CAPTURE_LIMIT} bytes. The default of a {@link Command}. */
    public static Output capture() {
        return CAPTURE;
    }

    /**
     * Into memory, at most {@code limit} bytes. One byte more and the run is stopped by its plan, with the cause {@link
     * Cause#OUTPUT_LIMIT}; the first {@code limit} bytes are kept.
     *
     * @param limit in bytes, 0 to 2,147,483,639
     * @throws IllegalArgumentException if it is out of that range
     */
    public static Output capture(long limit) {
        return captured(limit, Keep.STOP);
    }

    /** Into memory, the first {@code limit} bytes; the rest is read and dropped. See {@link #capture(long)}. */
    public static Output captureHead(long limit) {
        return captured(limit, Keep.HEAD);
    }

    /** Into memory, the last {@code limit} bytes; what comes before is dropped. See {@link #capture(long)}. */
    public static Output captureTail(long limit) {
        return captured(limit, Keep.TAIL);
    }

    /**
     * Into memory, the first half of {@code limit} bytes and the last; what is between is dropped, see {@link
     * Result#stdoutDropped()}. See {@link #capture(long)}.
     */
    public static Output captureEnds(long limit) {
        return captured(limit, Keep.ENDS);
    }

    private static Output captured(long limit, Keep keep) {
        if (limit < 0 || limit > LARGEST_CAPTURE_LIMIT) {
            throw new IllegalArgumentException(
                    "a capture holds 0 to " + LARGEST_CAPTURE_LIMIT + " bytes, not " + limit);
        }
        return new Output(new dev.leash.internal.io.OutputTarget.Captured((int) limit, keep));
    }

    /** To the stream of the same number of the JVM, directly: nothing passes through Java. */
    public static Output inherit() {
        return INHERIT;
    }

    /** Nowhere: to {@code /dev/null}. */
    public static Output discard() {
        return DISCARD;
    }

    /**
     * Into a file, which the child writes itself. The file is created or truncated. The start opens it, and fails if
     * that fails; if it is a FIFO, the start waits for a reader, see {@link Supervisor#start}. Two streams to the
     * same path share one position, so neither writes over the other.
     */
    public static Output file(Path file) {
        return new Output(new dev.leash.internal.io.OutputTarget.File(NativePath.bytes(file), false));
    }

    /** Into a file by the bytes of its path, which may be in any encoding. See {@link #file(Path)}. */
    public static Output file(byte[] path) {
        return new Output(new dev.leash.internal.io.OutputTarget.File(path.clone(), false));
    }

    /** To the end of a file. See {@link #file(Path)}. */
    public static Output append(Path file) {
        return new Output(new dev.leash.internal.io.OutputTarget.File(NativePath.bytes(file), true));
    }

    /** To the end of a file by the bytes of its path. See {@link #file(Path)}. */
    public static Output append(byte[] path) {
        return new Output(new dev.leash.internal.io.OutputTarget.File(path.clone(), true));
    }

    /**
     * To a reader in this JVM while the child runs: {@link Child#stdout()} as a stream, {@link
     * Child#stdoutChannel()}, {@link Child#stdoutPublisher()} or {@link Child#stdoutLines()}. Unread output stays in
     * the pipe, and blocks the child when the pipe is full. At the exit the rest of the pipe is read into memory and
     * can be read later: the result does not wait for a reader, nor a reader for the result.
     */
    public static Output pipe() {
        return PIPE;
    }

    /**
     * Line by line to {@code consumer}, in UTF-8, as by {@link #lines(Charset, int, Consumer)} with {@link
     * #DEFAULT_LINE_LIMIT}.
     */
    public static Output lines(Consumer<? super String> consumer) {
        return lines(StandardCharsets.UTF_8, DEFAULT_LINE_LIMIT, consumer);
    }

    /**
     * Line by line to {@code consumer}, in order, on a virtual thread of the run. A line ends with {@code \n} or
     * {@code \r\n}, which is removed; the last one may have no end. Malformed input becomes U+FFFD, see {@link
     * Result#malformedInput()}. The run's result completes after the last line has been consumed; a run that has been
     * stopped waits for its consumers for at most the drain time, and then interrupts them.
     *
     * <p>If the consumer throws, the run is stopped, and the exception is its {@linkplain Result#failure() failure}.
     *
     * @param longest in chars; a longer line comes in pieces of that length, or of one char less where the cut would be
     *     within a character. One that takes two chars comes whole though {@code longest} be 1
     * @throws IllegalArgumentException if {@code longest} is less than 1
     */
    public static Output lines(Charset charset, int longest, Consumer<? super String> consumer) {
        requireLineLimit(longest);
        Objects.requireNonNull(charset, "charset");
        Objects.requireNonNull(consumer, "consumer");
        return consumed(new OutputConsumers.ToLines(charset, longest, consumer));
    }

    /**
     * Line by line into a log, as by {@link #lines(Consumer)}: each line is a message, as it is. The logger's own name and
     * what it is bound to, such as SLF4J, are the caller's choice.
     *
     * <pre>{@code Output.log(System.getLogger("backup"), System.Logger.Level.INFO)}</pre>
     *
     * @param level if the logger does not log it, the output is read and dropped
     */
    public static Output log(System.Logger logger, System.Logger.Level level) {
        Objects.requireNonNull(logger, "logger");
        Objects.requireNonNull(level, "level");
        return lines(new OutputConsumers.ToLog(logger, level));
    }

    static void requireLineLimit(int longest) {
        if (longest < 1) {
            throw new IllegalArgumentException("the longest line has at least 1 char, not " + longest);
        }
    }

    /**
     * As it comes to {@code consumer}, in order, on a virtual thread of the run; for the rest as {@link
     * #lines(Charset, int, Consumer)}. The buffer is valid during the call only.
     */
    public static Output bytes(Consumer<? super ByteBuffer> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        return consumed(new OutputConsumers.ToBuffers(consumer));
    }

    /**
     * Into {@code stream}, on a virtual thread of the run; for the rest as {@link #lines(Charset, int, Consumer)}. The
     * stream is flushed and not closed.
     */
    public static Output to(OutputStream stream) {
        return consumed(new OutputConsumers.ToStream(Objects.requireNonNull(stream, "stream"), false));
    }

    /** The same for a stream of one run, which is closed at the end. */
    static Output into(OutputStream stream) {
        return consumed(new OutputConsumers.ToStream(Objects.requireNonNull(stream, "stream"), true));
    }

    /** To a consumer on a virtual thread of the run; each run gets its own. */
    static Output consumed(Supplier<ChunkConsumer> consumers) {
        return new Output(new dev.leash.internal.io.OutputTarget.Consumed(consumers));
    }

    /**
     * As it comes to {@code handler}, on the loop's thread and without a copy: the buffer is the memory that was read
     * into, read-only, and valid during the call only.
     *
     * <p>While the handler runs, every other child of the supervisor waits, deadlines included. The handler must not
     * block, must not wait for anything of this supervisor, and should return within microseconds. The duration of
     * the slowest call is in {@link Result#longestHandlerCall()}; a call of more than 10 ms is also logged as a
     * warning to {@code System.getLogger("dev.leash")}. If the handler throws, the run is stopped, and the exception
     * is its {@linkplain Result#failure() failure}.
     */
    public static Output onLoop(Consumer<? super ByteBuffer> handler) {
        Objects.requireNonNull(handler, "handler");
        return new Output(new dev.leash.internal.io.OutputTarget.Handled(new OutputConsumers.ToHandler(handler)));
    }

    /** A descriptor of the JVM, which stays open until the start has returned. */
    static Output descriptor(int fd) {
        return new Output(new dev.leash.internal.io.OutputTarget.Descriptor(fd));
    }

    /** The child does not have the descriptor at all. */
    static Output closed() {
        return CLOSED;
    }

    static Output merge() {
        return MERGE;
    }

    dev.leash.internal.io.OutputTarget output() {
        return output;
    }

    /** Of the same kind with the same settings; what the caller has given, such as a consumer, by its own {@code equals}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Output same && same.output.equals(output);
    }

    @Override
    public int hashCode() {
        return output.hashCode();
    }

    boolean isPipe() {
        return output instanceof dev.leash.internal.io.OutputTarget.Piped;
    }
}
