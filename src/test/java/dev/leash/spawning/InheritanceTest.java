package dev.leash.spawning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Supervisor;
import dev.leash.forked.Inheritance;
import dev.leash.forked.Jvm;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import dev.leash.support.Probe;
import dev.leash.support.ProcScan;
import dev.leash.support.Skip;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** G7: a child gets what it was given and nothing else, whatever the JVM has open, blocks or ignores. */
@Timeout(60)
class InheritanceTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @TempDir
    Path temp;

    /** The JDK keeps a socket for itself when it closes its first one. */
    @BeforeAll
    static void closeASocket() throws IOException {
        new ServerSocket(0, 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void aChildIsCleanWhicheverThreadStartsIt() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            Inheritance.fromEveryKindOfThread(() -> {
                Inheritance.checkClean(supervisor);
                return null;
            });
        }
    }

    @Test
    void aChildIsCleanIfTheJvmWasStartedWithXrs() throws Exception {
        assertDone(jvm("clean").options("-Xrs"));
    }

    @Test
    void aChildIsCleanIfTheJvmWasStartedWithSignalsIgnored() throws Exception {
        assertDone(jvm("clean").after("trap '' HUP INT QUIT TERM PIPE USR1 USR2 TSTP TTOU ALRM"));
    }

    @Test
    void aChildIsCleanIfTheJvmWasStartedWithSignalsBlocked() throws Exception {
        Skip.unless(
                Probe.succeeds("env", "--block-signal=TERM", "true"),
                "no shell can block signals, and this env(1) cannot either");
        assertDone(jvm("clean").by("env", "--block-signal=HUP,INT,QUIT,TERM,USR1,CHLD,PIPE,RTMIN"));
    }

    @Test
    void aChildIsCleanIfTheJvmWasStartedWithDescriptorsOpen() throws Exception {
        assertDone(jvm("clean").after("exec 3</dev/null 4>/dev/null 7</dev/null 9</dev/null"));
    }

    /** Up to 2^19 where the limit can be set so, for it is the number that closing one by one would take long for. */
    @Test
    void aChildIsCleanThoughTheJvmHasDescriptorsUpToTheHighestNumber() throws Exception {
        Jvm jvm = jvm("descriptors");
        if (Probe.succeeds("prlimit", "--nofile=524289:524289", "true")) {
            jvm.by("prlimit", "--nofile=524289:524289");
        } else {
            System.out.println("InheritanceTest: descriptors only up to this user's limit, which cannot be raised");
        }
        assertDone(jvm);
    }

    @Test
    void aServerSocketStaysWithTheJvm() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            int port;
            Child child;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
                child = supervisor.start(Command.of("sleep", "60"));
                long pid = child.pid();
                Path fds = Path.of("/proc/" + pid + "/fd");
                // The loader of the program has a file open for a moment.
                Eventually.eventually(
                        "the child has its three descriptors", () -> ProcScan.state(pid) == 'S' && count(fds) == 3);
                try (DirectoryStream<Path> open = Files.newDirectoryStream(fds)) {
                    for (Path fd : open) {
                        assertTrue(!Files.readSymbolicLink(fd).toString().startsWith("socket:"), fd.toString());
                    }
                }
            }
            // Not at once: the thread of an unshared start has a copy of all descriptors until it has ended.
            Eventually.eventually("the port is free, so the child does not have the socket", () -> isFree(port));
            assertTrue(ProcScan.state(child.pid()) == 'S', "the child is still there");
        }
    }

    @Test
    void theStreamsOfAChildAreItsOwnThoughTheJvmWasStartedWithoutAny() throws Exception {
        assertDone(jvm("closed").after("exec <&- >&- 2>&-"));
        assertDone(jvm("closed").after("exec <&-"));
        assertDone(jvm("closed").after("exec >&-"));
        assertDone(jvm("closed").after("exec 2>&-"));
        assertDone(jvm("freed"));
    }

    /** Not by a shell: dash does not pass on that it ignores this one. */
    @Test
    void statusesAreRightThoughTheJvmWasStartedWithChildrenIgnored() throws Exception {
        String[] ignoring = {"env", "--ignore-signal=CHLD"};
        if (!Probe.succeeds("env", "--ignore-signal=CHLD", "true")) {
            ignoring = new String[] {"perl", "-e", "$SIG{CHLD} = 'IGNORE'; exec @ARGV"};
            Skip.unless(
                    Probe.succeeds("perl", "-e", "1"),
                    "neither this env(1) nor a perl(1) can start a JVM with CHLD ignored");
        }
        assertDone(jvm("statuses").by(ignoring));
    }

    @Test
    void aRunWithInheritedStreamsEndsThoughTheJvmHasClosedThem() throws Exception {
        assertDone(jvm("streams"));
    }

    private Jvm jvm(String look) {
        return Jvm.of(temp, Inheritance.class, look, temp.resolve("result").toString());
    }

    private void assertDone(Jvm jvm) throws Exception {
        Path result = temp.resolve("result");
        Files.deleteIfExists(result);
        Jvm.Ended ended = jvm.run();
        assertTrue(Files.exists(result), () -> "no result: " + ended);
        assertEquals("done", Files.readString(result), ended.toString());
        assertEquals(0, ended.exit(), ended.toString());
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return again.isBound();
        } catch (BindException e) {
            return false;
        }
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        }
    }
}
