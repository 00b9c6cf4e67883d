package dev.leash.internal.io;

/** What the streams of a run tell it. Called on the loop's thread. */
public interface RunListener {
    /** So many bytes of output have come. */
    void outputRead(int count);

    /** A stream has been read to its end, or whoever was given it has finished. */
    void streamChanged();

    /** A capture that ends the run has got more than it keeps. */
    void limitReached();

    /** User code that was given output, or was to give input, has thrown. */
    void userCodeFailed(Throwable thrown);
}
