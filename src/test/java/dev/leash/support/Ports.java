package dev.leash.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that are told where to listen. */
public final class Ports {
    /** Below those that the kernel gives to whoever wants any. */
    private static final int LEAST = 12_000;

    private static final int MOST = 32_000;

    private Ports() {}

    /** A TCP port at which nothing listens, and that nobody gets by chance. */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LEAST, MOST);
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), port));
                return port;
            } catch (java.net.BindException e) {
                // Taken: another one.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
