package dev.leash.forked;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A web server that misbehaves as the path of a request says. Arguments: where it listens, an address and a port or the
 * path of a Unix socket, at which it only accepts; and how many connections the kernel accepts for it beforehand.
 */
public final class Web {
    private static final AtomicInteger SOON = new AtomicInteger();
    private static final AtomicInteger FOLLOWED = new AtomicInteger();
    private static final AtomicInteger COUNTED = new AtomicInteger();
    private static volatile boolean hangs;

    private Web() {}

    public static void main(String[] arguments) throws IOException {
        int backlog = Integer.parseInt(arguments[1]);
        if (arguments[0].startsWith("/")) {
            acceptAtUnixSocket(Path.of(arguments[0]), backlog);
        }
        int colon = arguments[0].lastIndexOf(':');
        int port = Integer.parseInt(arguments[0].substring(colon + 1));
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getByName(arguments[0].substring(0, colon)), port), backlog);
            System.out.println("listening");
            while (true) {
                Socket client = server.accept();
                Thread ignored = Thread.ofPlatform().start(() -> serve(client));
            }
        }
    }

    private static void acceptAtUnixSocket(Path path, int backlog) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path), backlog); // fails if the file is there
            System.out.println("listening");
            while (true) {
                server.accept().close();
            }
        }
    }

    private static void serve(Socket client) {
        try (client) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            String request = in.readLine();
            if (request == null) {
                return; // a probe that only connects
            }
            String line = request;
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            answer(request.split(" ", -1)[1].split("/", -1), client.getOutputStream());
        } catch (IOException e) {
            System.out.println("broken: " + e); // the other side has had enough
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(String[] path, OutputStream out) throws IOException, InterruptedException {
        if (hangs) {
            hang();
        }
        switch (path[1]) {
            case "status" -> status(out, Integer.parseInt(path[2]));
            case "redirect" -> send(out, "HTTP/1.1 302 Found\r\nLocation: /followed\r\nContent-Length: 0\r\n\r\n");
            case "followed" -> status(out, 200 + FOLLOWED.incrementAndGet());
            case "times-followed" -> status(out, 200 + FOLLOWED.get());
            case "soon" -> status(out, SOON.incrementAndGet() <= 3 ? 503 : 200);
            case "silent" -> hang();
            case "closes" -> {}
            case "counts-and-closes" -> COUNTED.incrementAndGet();
            case "times-counted" -> status(out, 200 + COUNTED.get());
            case "garbage" -> send(out, "\u0000\u0001 what do you want?\r\n\r\n");
            case "half" -> {
                send(out, "HTTP/1.1 200");
                hang();
            }
            case "headers" -> repeat(out, "HTTP/1.1 200 OK\r\n", "X-More: and more\r\n");
            case "drip" -> drip(out);
            case "continues" -> repeat(out, "", "HTTP/1.1 100 Continue\r\n\r\n");
            case "body" -> repeat(out, "HTTP/1.1 200 OK\r\n\r\n", "and more ".repeat(1000));
            case "late" -> {
                send(out, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
                for (String part : List.of("a", "b", "c")) {
                    Thread.sleep(10);
                    send(out, part);
                }
            }
            case "hang-from-now-on" -> {
                hangs = true;
                status(out, 200);
            }
            default -> status(out, 404);
        }
    }

    private static void hang() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private static void repeat(OutputStream out, String first, String again) throws IOException {
        send(out, first);
        while (true) {
            send(out, again);
        }
    }

    /** Each byte comes before a reader has to lose its patience. */
    private static void drip(OutputStream out) throws IOException, InterruptedException {
        send(out, "HTTP/1.1 200 OK\r\nX-Slow: ");
        while (true) {
            send(out, "x");
            Thread.sleep(10);
        }
    }

    private static void status(OutputStream out, int status) throws IOException {
        send(out, "HTTP/1.1 " + status + " So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
