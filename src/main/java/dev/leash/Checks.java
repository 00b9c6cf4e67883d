package dev.leash;

import java.io.IOException;
import java.net.HttpURLConnection;
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

    private static int millis(long nanos) {
        return Math.clamp(nanos / 1_000_000, 1, Integer.MAX_VALUE);
    }

    /** To the first address that accepts; the failure is that of the first one. */
    private static void connect(InetAddress[] addresses, int port, long timeoutNanos) throws IOException {
        IOException first = null;
        for (InetAddress address : addresses) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), millis(timeoutNanos));
                refuseItself(socket);
                return;
            } catch (IOException e) {
                first = first == null ? e : first;
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
            connect(both, port, timeoutNanos);
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
            InetAddress[] all;
            try {
                all = InetAddress.getAllByName(host);
            } catch (UnknownHostException e) {
                throw new IOException("unknown host", e);
            }
            connect(all, port, timeoutNanos);
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
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            try {
                connection.setConnectTimeout(millis(timeoutNanos));
                connection.setReadTimeout(millis(timeoutNanos));
                connection.setInstanceFollowRedirects(false);
                connection.setUseCaches(false);
                connection.setRequestProperty("Connection", "close");
                int status = connection.getResponseCode();
                if (status < 0) {
                    throw new IOException("it is not an answer of HTTP");
                }
                if (status < least || status > most) {
                    throw new IOException("HTTP status " + status);
                }
            } finally {
                connection.disconnect();
            }
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
