package dev.leash;

import dev.leash.internal.sys.Clock;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One GET, of which the status counts, see RFC 9112. Not a HttpURLConnection: that tries the first address of a name only, so
 * that a server that listens at ::1 is not found at {@code localhost}; asks a second time by itself; and heeds what the
 * application has set for its own requests, such as a proxy.
 */
final class HttpQuestion {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/[0-9](?:\\.[0-9])? ([1-5][0-9]{2})(?: .*)?");

    /** More than that in lines before the body is no answer. */
    private static final int MOST_BYTES = 64 * 1024;

    /** A server that is not read to its end may complain of a reset connection, in its log, each time. */
    private static final int MOST_READ_TO_THE_END = 1024 * 1024;

    private static final long LONGEST_READ_TO_THE_END_NANOS =
            Duration.ofSeconds(1).toNanos();

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int FIRST_FINAL = 200;

    private final URI uri;
    private final boolean secret;

    HttpQuestion(URI uri) {
        this.uri = URI.create(uri.toASCIIString());
        this.secret = "https".equalsIgnoreCase(uri.getScheme());
    }

    /**
     * Asks, and returns the status.
     *
     * @param wanted a status that may also be an interim one
     * @throws IOException also if what comes is no answer
     */
    int ask(IntPredicate wanted, long timeoutNanos) throws IOException {
        long until = Clock.monotonicNanos() + timeoutNanos;
        int port = uri.getPort() >= 0 ? uri.getPort() : secret ? 443 : 80;
        try (Socket socket = secured(Checks.connect(Checks.addresses(uri.getHost()), port, timeoutNanos), port)) {
            socket.setSoTimeout(Checks.millis(timeoutNanos));
            OutputStream out = socket.getOutputStream();
            out.write(request().getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            int status = status(in, wanted);
            readToTheEnd(socket, in, until - Clock.monotonicNanos());
            return status;
        }
    }

    private Socket secured(Socket plain, int port) throws IOException {
        if (!secret) {
            return plain;
        }
        SSLSocket made = null;
        try {
            String host = uri.getHost().replaceAll("[\\[\\]]", "");
            made = (SSLSocket) HttpsURLConnection.getDefaultSSLSocketFactory().createSocket(plain, host, port, true);
            SSLParameters parameters = made.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            made.setSSLParameters(parameters);
            return made;
        } finally {
            if (made == null) {
                plain.close();
            }
        }
    }

    private String request() {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String port = uri.getPort() >= 0 ? ":" + uri.getPort() : "";
        return "GET " + path + query + " HTTP/1.1\r\nHost: " + uri.getHost() + port
                + "\r\nUser-Agent: leash\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    }

    private static int status(InputStream in, IntPredicate wanted) throws IOException {
        Lines lines = new Lines(in);
        while (true) {
            Matcher line = STATUS_LINE.matcher(lines.next());
            if (!line.matches()) {
                throw new IOException("it is not an answer of HTTP");
            }
            String field;
            do {
                field = lines.next();
            } while (!field.isEmpty());
            int status = Integer.parseInt(line.group(1));
            if (status >= FIRST_FINAL || status == SWITCHING_PROTOCOLS || wanted.test(status)) {
                return status;
            }
        }
    }

    /** @param leftNanos until the answer, which is known by now, would be too late */
    private static void readToTheEnd(Socket socket, InputStream in, long leftNanos) {
        byte[] buffer = new byte[8192];
        long until = Clock.monotonicNanos() + Math.min(LONGEST_READ_TO_THE_END_NANOS, leftNanos / 4);
        try {
            int read = 0;
            for (int total = 0; read >= 0 && total < MOST_READ_TO_THE_END; total += read) {
                long left = until - Clock.monotonicNanos();
                if (left <= 0) {
                    return;
                }
                socket.setSoTimeout(Checks.millis(left));
                read = in.read(buffer);
            }
        } catch (IOException e) {
            // It has answered: how that goes on is of no matter.
        }
    }

    /** The lines of an answer, as far as it is not too long. */
    private static final class Lines {
        private final InputStream in;
        private int count;

        Lines(InputStream in) {
            this.in = in;
        }

        String next() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int read = in.read(); read != '\n'; read = in.read()) {
                if (read < 0) {
                    throw new IOException(count == 0 ? "closed without an answer" : "closed within its answer");
                }
                if (++count > MOST_BYTES) {
                    throw new IOException("its answer has no end");
                }
                if (read != '\r') {
                    line.append((char) read);
                }
            }
            return line.toString();
        }
    }
}
