package dev.leash;

import dev.leash.internal.io.ChunkConsumer;
import dev.leash.internal.io.LineDecoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What gives each run its consumer. Values, not lambdas, so that two outputs of one consumer are equal, and so are the
 * commands that have them.
 */
final class OutputConsumers {
    private OutputConsumers() {}

    record ToLines(Charset charset, int longest, Consumer<? super String> consumer) implements Supplier<ChunkConsumer> {
        @Override
        public ChunkConsumer get() {
            return new LineDecoder(charset, longest, consumer::accept);
        }
    }

    record ToLog(System.Logger logger, System.Logger.Level level) implements Consumer<String> {
        @Override
        public void accept(String line) {
            logger.log(level, line);
        }
    }

    record ToBuffers(Consumer<? super ByteBuffer> consumer) implements Supplier<ChunkConsumer>, ChunkConsumer {
        @Override
        public ChunkConsumer get() {
            return this;
        }

        @Override
        public void accept(ByteBuffer bytes) {
            consumer.accept(bytes);
        }

        @Override
        public void end() {}
    }

    /** @param closes whether it is closed at the end, and not only flushed */
    record ToStream(OutputStream stream, boolean closes) implements Supplier<ChunkConsumer>, ChunkConsumer {
        @Override
        public ChunkConsumer get() {
            return this;
        }

        @Override
        public void accept(ByteBuffer bytes) throws IOException {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            stream.write(copy);
            stream.flush();
        }

        @Override
        public void end() throws IOException {
            if (closes) {
                stream.close();
            } else {
                stream.flush();
            }
        }
    }

    record ToHandler(Consumer<? super ByteBuffer> handler) implements Consumer<ByteBuffer> {
        @Override
        public void accept(ByteBuffer bytes) {
            handler.accept(bytes);
        }
    }
}
