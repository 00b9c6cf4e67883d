package dev.leash;

import dev.leash.internal.io.ChunkConsumer;
import dev.leash.internal.io.LineDecoder;
import dev.leash.internal.io.OutputTarget;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Where the output of a service's runs goes, and who else sees it. */
final class ServiceOutput {
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private ServiceOutput() {}

    /** @throws IllegalArgumentException if a stream is a pipe */
    static void refusePipes(String name, Command command) {
        try {
            Waiting.refusePipes(command);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "service " + name + " gives nobody the other end of a pipe: use a consumer, such as Output.lines",
                    e);
        }
    }

    /** @throws IllegalArgumentException if neither standard output nor standard error passes through Leash */
    static void requireObserved(String name, Command command, String what) {
        if (!isConsumable(target(command, STDOUT)) && !isConsumable(target(command, STDERR))) {
            throw new IllegalArgumentException("service " + name + " cannot be watched for " + what
                    + ": its output must be captured or go to a consumer, such as Output.lines");
        }
    }

    private static OutputTarget target(Command command, int descriptor) {
        return command.draft()
                .outputs
                .getOrDefault(descriptor, Output.capture())
                .output();
    }

    private static boolean isConsumable(OutputTarget target) {
        return target instanceof OutputTarget.Captured || target instanceof OutputTarget.Consumed;
    }

    /**
     * The command with what is captured going into {@code recent} instead.
     *
     * @param more each gives one consumer for each stream
     */
    static Command connect(Command command, RecentOutput recent, List<Supplier<ChunkConsumer>> more) {
        Command connected = command;
        for (int descriptor = STDOUT; descriptor <= STDERR; descriptor++) {
            Supplier<ChunkConsumer> first;
            switch (target(command, descriptor)) {
                case OutputTarget.Captured captured -> first = () -> recent;
                case OutputTarget.Consumed consumed -> first = consumed.consumers();
                default -> {
                    continue;
                }
            }
            Output output = Output.consumed(more.isEmpty() ? first : () -> several(first, more));
            connected = descriptor == STDOUT ? connected.stdout(output) : connected.stderr(output);
        }
        return connected;
    }

    private static ChunkConsumer several(Supplier<ChunkConsumer> first, List<Supplier<ChunkConsumer>> more) {
        List<ChunkConsumer> all = new ArrayList<>();
        all.add(first.get());
        more.forEach(each -> all.add(each.get()));
        return new Several(all);
    }

    /** Calls {@code found} once for each stream in which a line matches, on a thread of the run. */
    static ChunkConsumer lineFinder(Pattern pattern, Runnable found) {
        return new ChunkConsumer() {
            private boolean done;

            private final LineDecoder decoder =
                    new LineDecoder(StandardCharsets.UTF_8, Output.DEFAULT_LINE_LIMIT, this::look);

            private void look(String line) {
                if (!done && pattern.matcher(line).find()) {
                    done = true;
                    found.run();
                }
            }

            @Override
            public void accept(ByteBuffer bytes) {
                if (!done) {
                    decoder.accept(bytes);
                }
            }

            @Override
            public void end() {
                if (!done) {
                    decoder.end();
                }
            }
        };
    }

    /** Gives each piece to all of them, in their order. */
    private static final class Several implements ChunkConsumer {
        private final List<ChunkConsumer> all;

        Several(List<ChunkConsumer> all) {
            this.all = all;
        }

        @Override
        public void accept(ByteBuffer bytes) throws Exception {
            int start = bytes.position();
            int end = bytes.limit();
            for (ChunkConsumer each : all) {
                each.accept(bytes.limit(end).position(start));
            }
        }

        @Override
        public void end() throws Exception {
            for (ChunkConsumer each : all) {
                each.end();
            }
        }

        @Override
        public long malformed() {
            return all.getFirst().malformed();
        }
    }
}
