package dev.leash.internal.io;

/** What the streams of a run tell it. Called on the loop's thread. */
public interface RunListener {
    /** The run's own number, of which there is no second one in this JVM. */
    long number();

    /** The pid of its leader. */
    int pid();

    /** So many bytes of output have come. */
    void outputRead(int count);

    /** A stream has been read to its end, or whoever was given it has finished. */
    void streamChanged();

    /** A capture that ends the run has got more than it keeps. */
    void limitReached();

    /** User code that was given output, or was to give input, has thrown. */
    void userCodeFailed(Throwable thrown);
}
