package dev.leash.internal.io;

import java.nio.ByteBuffer;

/** Takes the output of one run on one virtual thread, piece by piece. What it throws ends the run. */
public interface ChunkConsumer {
    /** The next bytes; the buffer is valid during the call only. */
    void accept(ByteBuffer bytes) throws Exception;

    /** No more will come. */
    void end() throws Exception;

    /** How often bytes were no text in the charset that was expected. */
    default long malformed() {
        return 0;
    }
}
