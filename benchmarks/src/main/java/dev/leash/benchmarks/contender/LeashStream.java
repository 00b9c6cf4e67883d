package dev.leash.benchmarks.contender;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Leash where the caller reads the output himself, from a stream, as he would with java.lang.Process. */
final class LeashStream extends Leash {
    LeashStream() throws IOException {}

    @Override
    public long read(List<String> command) throws Exception {
        Child child = supervisor.start(Command.of(command).stdout(Output.pipe()));
        try (InputStream output = child.stdout()) {
            long bytes = output.transferTo(OutputStream.nullOutputStream());
            child.await();
            return bytes;
        }
    }

    @Override
    public long lines(List<String> command) throws Exception {
        Child child = supervisor.start(Command.of(command).stdout(Output.pipe()));
        try (var reader = new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8))) {
            long lines = reader.lines().count();
            child.await();
            return lines;
        }
    }
}
