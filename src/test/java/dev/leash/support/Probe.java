package dev.leash.support;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Tells what this machine has. By the JDK's own means: it is asked before Leash is. */
public final class Probe {

    private Probe() {}

    /** Whether {@code command} is there, and exits with 0 soon. It is given no input. */
    public static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Path.of("/dev/null").toFile())
                    .start();
            process.getOutputStream().close();
            return process.waitFor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
