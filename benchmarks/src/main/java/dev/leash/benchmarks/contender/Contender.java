package dev.leash.benchmarks.contender;

import java.time.Duration;
import java.util.List;

/**
 * A library that runs programs, as its user would use it for the work at hand. What it has no means for it refuses with an
 * {@link UnsupportedOperationException}, whose message stands in the table where the number would.
 *
 * <p>Called from several threads at once.
 */
public interface Contender extends AutoCloseable {
    /** Starts a program, reads both of its outputs to their ends, and waits for the exit. */
    void roundTrip(List<String> command) throws Exception;

    /** Starts a program whose outputs are pipes. */
    Started start(List<String> command) throws Exception;

    /** Starts a program that will say nothing, as cheaply as it can be kept: its outputs lead nowhere. */
    Started hold(List<String> command) throws Exception;

    /** Starts a program and drops its output as it comes. */
    default Started flood(List<String> command) throws Exception {
        return start(command);
    }

    /**
     * Runs a program, which is to be ended at {@code timeout} after the call, and returns when its death is known and its
     * output read.
     *
     * @param politely with TERM instead of KILL
     * @return what it wrote to standard output
     */
    String end(List<String> command, Duration timeout, boolean politely) throws Exception;

    /** Runs a program and takes all of its standard output, keeping none of it. The number of bytes. */
    long read(List<String> command) throws Exception;

    /** Runs a program and takes its standard output line by line, as text. The number of lines. */
    long lines(List<String> command) throws Exception;

    /** Runs a program that gets {@code input}, and takes all of its standard output. The number of bytes. */
    long echo(List<String> command, byte[] input) throws Exception;

    @Override
    void close();

    /** A program that was started. */
    interface Started {
        /** Ends it with KILL. */
        void kill() throws Exception;

        /** Returns when its death is known. */
        void await() throws Exception;

        /** Has {@code action} called when its death is known. */
        void onEnd(Runnable action) throws Exception;
    }

    /** The contender of this name. */
    static Contender of(String name) throws Exception {
        return switch (name) {
            case "leash" -> new Leash();
            case "leash-stream" -> new LeashStream();
            case "jdk", "jdk-vfork" -> new Jdk();
            case "nuprocess3", "nuprocess4" -> new NuProcess();
            case "zt-exec" -> new ZtExec();
            case "commons-exec" -> new CommonsExec();
            default -> throw new IllegalArgumentException("no contender is called " + name);
        };
    }
}
