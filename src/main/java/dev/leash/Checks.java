package dev.leash;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;

/** The kinds of questions of a {@link Probe}. */
final class Checks {
    private Checks() {}

    static int millis(long nanos) {
        return Math.clamp(nanos / 1_000_000, 1, Integer.MAX_VALUE);
    }

    /** All of that name. */
    static InetAddress[] addresses(String host) throws IOException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("unknown host", e);
        }
    }

    /** To the first address that accepts; the failure is that of the first one. */
    static Socket connect(InetAddress[] addresses, int port, long timeoutNanos) throws IOException {
        IOException first = null;
        for (InetAddress address : addresses) {
            Socket socket = new Socket();
            boolean connected = false;
            try {
                socket.connect(new InetSocketAddress(address, port), millis(timeoutNanos));
                refuseItself(socket);
                connected = true;
                return socket;
            } catch (IOException e) {
                first = first == null ? e : first;
            } finally {
                if (!connected) {
                    socket.close();
                }
            }
        }
        throw first == null ? new IOException("no address") : first;
    }

    /**
     * The kernel may give the client of a port at which nothing listens the number of that very port, and then connects
     * the socket with itself, see RFC 9293, 3.5. The port has to be free again at once, for the program to come.
     */
    private static void refuseItself(Socket socket) throws IOException {
        if (socket.getLocalPort() == socket.getPort()
                && socket.getLocalAddress().equals(socket.getInetAddress())) {
            socket.setSoLinger(true, 0); // a reset: no TIME_WAIT
            throw new IOException("nothing listens");
        }
    }

    /** A TCP port of this machine, in either protocol. */
    record Loopback(int port) implements Check {
        @Override
        public void ask(Supervisor supervisor, long timeoutNanos) throws IOException {
            InetAddress[] both = {InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1")};
            connect(both, port, timeoutNanos).close();
        }

        @Override
        public String toString() {
            return "tcp port " + port;
        }
    }

    /** A TCP port anywhere. */
    record Tcp(String host, int port) implements Check {
        @Override
        public void ask(Supervisor supervisor, long timeoutNanos) throws IOException {
            connect(addresses(host), port, timeoutNanos).close();
        }

        @Override
        public String toString() {
            return "tcp " + host + ":" + port;
        }
    }

    /** A Unix stream socket. */
    record Unix(Path path) implements Check {
        @Override
        public void ask(Supervisor supervisor, long timeoutNanos) throws IOException {
            SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
        }

        @Override
        public String toString() {
            return "unix socket " + path;
        }
    }

    /** A GET. */
    record Http(URI uri, int least, int most) implements Check {
        static Http of(URI uri, int least, int most) {
            String scheme = uri.getScheme();
            if (uri.getHost() == null || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
                throw new IllegalArgumentException("not an absolute URI of http or https: " + uri);
            }
            return new Http(uri, least, most);
        }

        @Override
        public void ask(Supervisor supervisor, long timeoutNanos) throws IOException {
            int status = new HttpQuestion(uri).ask(this::isWanted, timeoutNanos);
            if (!isWanted(status)) {
                throw new IOException("HTTP status " + status);
            }
        }

        private boolean isWanted(int status) {
            return status >= least && status <= most;
        }

        @Override
        public String toString() {
            return uri.toString();
        }
    }

    /** A command. */
    record Program(Command command) implements Check {
        @Override
        public void ask(Supervisor supervisor, long timeoutNanos) throws IOException, InterruptedException {
            try {
                Result result = supervisor.run(command.within(timeoutNanos));
                if (!result.succeeded()) {
                    throw new IOException(result.toString());
                }
            } catch (RejectedExecutionException e) {
                throw new IOException("the supervisor is closed", e);
            }
        }

        @Override
        public String toString() {
            return command.toString();
        }
    }
}
