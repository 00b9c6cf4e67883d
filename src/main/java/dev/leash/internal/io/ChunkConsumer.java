package dev.leash.internal.io;

import java.nio.ByteBuffer;

/** Receives the output of one stream on one virtual thread, piece by piece. An exception from it ends the run. */
public interface ChunkConsumer {
    /** The next bytes; the buffer is valid during the call only. */
    void accept(ByteBuffer bytes) throws Exception;

    /** No more bytes will come. */
    void end() throws Exception;

    /** How often bytes were malformed in the expected charset. */
    default long malformed() {
        return 0;
    }
}
