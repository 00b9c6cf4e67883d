package dev.leash.forked;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Supervisor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Passes bytes through to a child, in a JVM whose locale cannot express them. */
public final class Bytes {
    private Bytes() {}

    public static void main(String[] args) throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            switch (args[0]) {
                case "all" -> all(supervisor);
                case "changed environment" ->
                    supervisor
                            .run(Command.of("env", "-0")
                                    .stdout(Output.inherit())
                                    .unsetEnv("LC_ALL")
                                    .env("ADDED", "1"))
                            .orThrow();
                case "environment" ->
                    // Written by the child itself: nothing passes through this JVM.
                    supervisor
                            .run(Command.of("env", "-0").stdout(Output.inherit()))
                            .orThrow();
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    private static void all(Supervisor supervisor) throws Exception {
        byte[] every = new byte[255];
        for (int i = 0; i < 255; i++) {
            every[i] = (byte) (i + 1);
        }
        Path directory = Files.createTempDirectory("leash");
        try {
            byte[] printed = supervisor
                    .run(Command.of("/usr/bin/printf", "%s\\0", "ä€😀")
                            .arg(every)
                            .directory(directory))
                    .orThrow()
                    .stdoutBytes();
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            expected.writeBytes("ä€😀\0".getBytes(StandardCharsets.UTF_8));
            expected.writeBytes(every);
            expected.write(0);
            Check.check(Arrays.equals(printed, expected.toByteArray()), "arguments");

            byte[] value = supervisor
                    .run(Command.of("env", "-0").clearEnv().env("Ä".getBytes(StandardCharsets.UTF_8), every))
                    .orThrow()
                    .stdoutBytes();
            expected.reset();
            expected.writeBytes("Ä=".getBytes(StandardCharsets.UTF_8));
            expected.writeBytes(every);
            expected.write(0);
            Check.check(Arrays.equals(value, expected.toByteArray()), "environment");

            // A name that is text in no charset of this JVM, made and found by programs.
            byte[] name = {'n', (byte) 0xff, (byte) 0xe4};
            supervisor
                    .run(Command.ofBytes(List.of("mkdir".getBytes(StandardCharsets.US_ASCII), name))
                            .directory(directory))
                    .orThrow();
            try (var entries = Files.list(directory)) {
                Path odd = entries.findFirst().orElseThrow();
                byte[] seen = supervisor
                        .run(Command.of("pwd").directory(odd))
                        .orThrow()
                        .stdoutBytes();
                byte[] end = Arrays.copyOfRange(seen, seen.length - 4, seen.length - 1);
                Check.check(Arrays.equals(end, name), "directory");
                Files.delete(odd);
            }
            System.out.println("done in " + System.getProperty("sun.jnu.encoding"));
        } finally {
            Files.deleteIfExists(directory);
        }
    }
}
