package dev.leash.internal.io;

/** The run, as its streams see it. Called on the loop's thread. */
public interface RunListener {
    /** The number of the run, unique in this JVM. */
    long number();

    /** The pid of its leader. */
    int pid();

    /** This many bytes of output have arrived. Returns how many of them, from the first on, may be passed on. */
    int outputRead(int count);

    /** A stream has been read to its end, or its consumer has finished. */
    void streamChanged();

    /** More output has arrived than may be passed on, or than a capture keeps that ends the run. */
    void limitReached();

    /** User code that consumes output or produces input has thrown. */
    void userCodeFailed(Throwable thrown);
}
