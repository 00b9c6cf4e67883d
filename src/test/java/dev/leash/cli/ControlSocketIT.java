package dev.leash.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.support.Eventually;
import dev.leash.support.Skip;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the socket of a {@code leash up} is, who may ask through it, and how many. */
@Timeout(180)
class ControlSocketIT extends ControlledUp {
    @Test
    void whatAKilledOneHasLeftIsTakenOver() throws Exception {
        file("Procfile", "web: " + LOOP + "\n");
        Child killed = up();
        awaitSocket();
        Leash.signal(killed, Signal.KILL);
        Result ignored = killed.await();
        fails(125, "no leash up of Procfile runs here", "ps");
        up();
        Eventually.eventually("the new one answers", () -> {
            try {
                return Leash.status(leash("ps")) == 0;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aFolderThatCannotBeListedDoes() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("closed"));
        Files.writeString(folder.resolve("Procfile"), "a: echo run\n");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("-wx------"));
        Result result = leash("up", "closed/Procfile");
        assertEquals("a | run\n", Leash.out(result), Leash.err(result));
        assertFalse(Leash.err(result).contains("control socket"), Leash.err(result));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void oneThatStandsStillIsNotWaitedForWithoutEnd() throws Exception {
        file("Procfile", "a: " + LOOP + "\n");
        Child up = up();
        awaitSocket();
        ok("wait");
        Leash.signal(up, Signal.STOP);
        fails(124, "does not answer: it stands still", "wait", "--timeout=100ms", "a");
        Leash.signal(up, Signal.CONT);
        fails(125, "--rolling waits for each", "restart", "--rolling", "--no-wait", "a");
    }

    @Test
    void manyWhoWatchLeaveAPlaceForWhoActs() throws Exception {
        file("Procfile", "a: " + LOOP + "\n");
        Child ignored = up();
        awaitSocket();
        ok("wait");
        Path socket = socket();
        List<SocketChannel> watching = new ArrayList<>();
        try {
            for (int i = 0; i < 80; i++) {
                SocketChannel one = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                watching.add(one);
                int written = one.write(ByteBuffer.wrap("{\"version\":1,\"command\":\"events\"}\n".getBytes(UTF_8)));
                assertTrue(written > 0);
            }
            Eventually.eventually("no more may watch", () -> {
                Result more = leash("wait");
                return Leash.err(more).contains("80 others ask this leash up already");
            });
            assertEquals("a: stopped: it was told to stop\n", ok("stop", "a"));
        } finally {
            for (SocketChannel one : watching) {
                one.close();
            }
        }
    }

    @Test
    void otherUsersAreRefused() throws Exception {
        file("Procfile", "web: " + LOOP + "\n");
        up();
        awaitSocket();
        Path socket = socket();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        Skip.unless(
                (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "only root can become another user");
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no /usr/bin/python3 to ask with");
        Skip.unless(Files.isExecutable(Path.of("/usr/bin/setpriv")), "there is no setpriv to become another user with");
        // All doors are open but the one that the kernel keeps: who it is.
        for (Path open : List.of(temp, runtime, runtime.resolve("leash"))) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        Result stranger = Leash.run(Command.of(
                "setpriv", "--reuid", "65534", "--clear-groups", "/usr/bin/python3", "-c", """
                import socket, sys
                s = socket.socket(socket.AF_UNIX)
                s.connect(sys.argv[1])
                s.settimeout(30)
                try:
                    s.sendall(b'{"version":1,"command":"ps"}\\n')
                    sys.exit(s.recv(100) != b'')
                except (BrokenPipeError, ConnectionResetError):
                    pass
                """, socket.toString()));
        assertEquals(0, Leash.status(stranger), Leash.err(stranger));
        assertTrue(ok("ps").contains("web "));
    }

    @Test
    void withoutAPlaceForASocketItRuns() throws Exception {
        Result result = Leash.run(in(Leash.shell("echo 'a: echo run' | exec \"$LEASH\" up /dev/stdin")));
        assertEquals("a | run\n", Leash.out(result), Leash.err(result));
        assertEquals(0, Leash.status(result));
        assertTrue(Leash.err(result).contains("leash: there is no control socket, "), Leash.err(result));
    }

    @Test
    void besideTheFileWithoutARuntimeFolder() throws Exception {
        file("Procfile", "web: " + LOOP + "\n");
        Path session = runtime;
        runtime = temp.resolve("not there");
        Child up = up();
        Leash.awaitFile(temp.resolve(".Procfile.leash.sock"));
        assertTrue(ok("ps").contains("web "));
        runtime = session; // a shell that has one
        assertTrue(ok("ps").contains("web "));
        fails(125, " runs already, pid " + up.pid() + ";", "up");
        Leash.signal(up, Signal.TERM);
        assertEquals(0, Leash.status(up.await()), errorsOfUp());
        assertFalse(Files.exists(temp.resolve(".Procfile.leash.sock"))
                || Files.exists(temp.resolve(".Procfile.leash.lock")));
    }
}
