package dev.leash.internal.io;

/** What the streams of a run tell it. Called on the loop's thread. */
public interface RunListener {
    /** The run's own number, of which there is no second one in this JVM. */
    long number();

    /** The pid of its leader. */
    int pid();

    /** So many bytes of output have come: how many of them whoever wants them may be given, the first ones. */
    int outputRead(int count);

    /** A stream has been read to its end, or whoever was given it has finished. */
    void streamChanged();

    /** More has come than whoever wants it may be given, or than a capture keeps that ends the run. */
    void limitReached();

    /** User code that was given output, or was to give input, has thrown. */
    void userCodeFailed(Throwable thrown);
}
