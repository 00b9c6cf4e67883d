package dev.leash;

import dev.leash.internal.io.Input;
import java.nio.charset.StandardCharsets;

/** Where a child's standard input comes from. Immutable. */
public final class Stdin {
    private static final Stdin EMPTY = new Stdin(new Input.Empty());
    private static final Stdin INHERIT = new Stdin(new Input.Inherited());

    private final Input input;

    private Stdin(Input input) {
        this.input = input;
    }

    /** Nothing: the first read finds the end. What a {@link Command} has unless told otherwise. */
    public static Stdin empty() {
        return EMPTY;
    }

    /** These bytes, then the end. A program that exits or closes its input before it has read them all is no error. */
    public static Stdin bytes(byte[] data) {
        return new Stdin(new Input.Bytes(data.clone()));
    }

    /** This text in UTF-8, then the end. See {@link #bytes}. */
    public static Stdin text(String text) {
        return new Stdin(new Input.Bytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The standard input of the JVM. A child is in a process group of its own: if that input is a terminal, a program
     * that reads from it is stopped (SIGTTIN) as any background job.
     */
    public static Stdin inherit() {
        return INHERIT;
    }

    Input input() {
        return input;
    }
}
