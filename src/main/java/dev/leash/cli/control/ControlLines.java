package dev.leash.cli.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/** The lines that come through a socket. For one thread at a time. */
final class ControlLines {
    /** More than any request and any answer has. */
    private static final int LONGEST = 1 << 20;

    private final ReadableByteChannel from;
    private final ByteBuffer buffer = ByteBuffer.allocate(8 << 10).limit(0);

    ControlLines(ReadableByteChannel from) {
        this.from = from;
    }

    /** The next line without its end; null at the end of all. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            while (buffer.hasRemaining()) {
                byte b = buffer.get();
                if (b == '\n') {
                    return line.toByteArray();
                }
                line.write(b);
            }
            if (line.size() > LONGEST) {
                throw new IOException("a line of the control socket has more than " + LONGEST + " bytes");
            }
            buffer.clear();
            int count = from.read(buffer);
            buffer.flip();
            if (count < 0) {
                return null;
            }
        }
    }
}
