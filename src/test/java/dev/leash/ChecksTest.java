package dev.leash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.leash.support.Skip;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Questions whose answers depend on chance, or on what no server does on demand. */
@Timeout(120)
class ChecksTest {
    /** Far more than there are ports that the kernel gives to clients, each second of which it takes first. */
    private static final int TRIES = 200_000;

    private static final long TIMEOUT_NANOS = 20_000_000_000L;

    static Stream<IntFunction<Check>> checks() {
        return Stream.of(Checks.Loopback::new, port -> new Checks.Tcp("127.0.0.1", port));
    }

    /** A port that the kernel may give to clients, at which nothing listens. */
    private static int port() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return server.getLocalPort() & ~1;
        }
    }

    /** It fails in any case, but this failure shows that it was tried. */
    private static boolean connectsWithItself(Check check) throws InterruptedException {
        try {
            check.ask(null, TIMEOUT_NANOS);
            throw new AssertionError("nothing listens there, and yet " + check + " is answered");
        } catch (IOException e) {
            return "nothing listens".equals(e.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("checks")
    void aPortAtWhichNothingListensDoesNotAnswerByChance(IntFunction<Check> kind) throws Exception {
        int port = port();
        int tries = 0;
        while (!connectsWithItself(kind.apply(port))) {
            Skip.unless(++tries < TRIES, "the kernel gives no client the number of the port it connects to");
        }
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(false);
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)); // nothing of it is left
        }
    }

    @Test
    void aPortAtWhichItListensAtOneAddressOnlyAnswersThereOnly() throws Exception {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            int port = server.getLocalPort();
            new Checks.Loopback(port).ask(null, TIMEOUT_NANOS);
            new Checks.Tcp("localhost", port).ask(null, TIMEOUT_NANOS);
            IOException refused =
                    assertThrows(IOException.class, () -> new Checks.Tcp("127.0.0.2", port).ask(null, TIMEOUT_NANOS));
            assertEquals("Connection refused", refused.getMessage());
        }
    }
}
