package dev.leash.internal.notify;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.loop.LoopThread;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.DatagramSender;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;
import dev.leash.support.Eventually;
import dev.leash.support.LeakCheck;
import dev.leash.support.RawChild;
import dev.leash.support.Scopes;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real senders speak to a socket. The test turns the loop. */
@Timeout(120)
class NotifySocketTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    /** say(text, descriptors), barrier(). */
    private static final String PYTHON = """
            import array, os, socket, sys, time
            sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            def say(text, fds=()):
                control = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', fds))] if fds else []
                sender.sendmsg([text.encode()], control, 0, os.environ['NOTIFY_SOCKET'])
            def barrier():
                ours, theirs = os.pipe()
                say('BARRIER=1', [theirs])
                os.close(theirs)
                os.read(ours, 1)
            """;

    private final CallState state = CallState.create();
    private final List<NotifyMessage> said = new ArrayList<>();
    private final List<RawChild> children = new ArrayList<>();
    private EventLoop loop;
    private LoopScope scope;
    private NotifySocket socket;

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop();
        loop.adopt();
        scope = Scopes.of(loop);
        socket = NotifySocket.open();
    }

    @AfterEach
    void close() throws Exception {
        act(socket::close);
        CountDownLatch closed = new CountDownLatch(1);
        new LoopThread("leash-close", loop, () -> true, thrown -> {}, closed::countDown).start();
        closed.await();
        children.forEach(RawChild::close);
        eventually("its file is gone", () -> Files.notExists(Path.of(socket.address())));
    }

    private void act(Runnable action) throws Exception {
        Scopes.act(scope, () -> {
            action.run();
            return true;
        });
    }

    private void listen(Senders senders) throws Exception {
        Scopes.act(scope, () -> {
            socket.listen(scope, senders, said::add);
            return true;
        });
    }

    /** Believes the group of {@code leader}, which is not reaped before the end of the test. */
    private void listenTo(RawChild leader) throws Exception {
        listen(Senders.known(pid -> Processes.groupOf(state, pid) == leader.pid()));
    }

    private void turnUntil(String what, Eventually.Condition condition) {
        eventually(what, () -> {
            loop.turn(false);
            return condition.holds();
        });
    }

    private ChildEnvironment environment() {
        return ChildEnvironment.INHERITED.with(
                "NOTIFY_SOCKET".getBytes(StandardCharsets.US_ASCII),
                socket.address().getBytes(StandardCharsets.US_ASCII));
    }

    private RawChild start(String... command) throws Exception {
        RawChild child = RawChild.start(environment(), command);
        children.add(child);
        return child;
    }

    private RawChild python(String code) throws Exception {
        return start(pythonCommand(code).toArray(String[]::new));
    }

    private static List<String> pythonCommand(String code) {
        String python = Stream.of("/usr/bin/python3", "/usr/local/bin/python3", "/bin/python3")
                .filter(each -> Files.isExecutable(Path.of(each)))
                .findFirst()
                .orElse("");
        Skip.unless(!python.isEmpty(), "there is no python3 in /usr/bin to send with");
        return List.of(python, "-S", "-c", PYTHON + code);
    }

    private static void assumeRoot() throws IOException {
        Skip.unless(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root may become another user");
    }

    private static String path(String program) {
        String found = Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")
                .map(folder -> folder + "/" + program)
                .filter(each -> Files.isExecutable(Path.of(each)))
                .findFirst()
                .orElse("");
        Skip.unless(!found.isEmpty(), "there is no " + program + " here");
        return found;
    }

    // ---- Members.

    @Test
    void messageOfTheLeaderIsBelieved() throws Exception {
        RawChild leader = python("say('READY=1\\nSTATUS=here')\ntime.sleep(60)");
        listenTo(leader);
        turnUntil("it is ready", () -> !said.isEmpty());
        assertTrue(said.getFirst().ready());
        assertEquals("here", said.getFirst().status());
    }

    @Test
    void whatWasSentBeforeItListensIsNotLost() throws Exception {
        RawChild leader = python("say('STATUS=1')\nsay('STATUS=2')\nsay('STATUS=3')");
        leader.awaitExit();
        listenTo(leader);
        turnUntil("all is read", () -> said.size() == 3);
        assertEquals(
                List.of("1", "2", "3"), said.stream().map(NotifyMessage::status).toList());
    }

    @Test
    void barrierKeepsAChildUntilItsMessageIsBelieved() throws Exception {
        String line = "\"$@\"; exec sleep 60";
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", line, "sh"));
        command.addAll(pythonCommand("say('READY=1')\nbarrier()\nsay('STATUS=answered')\nbarrier()"));
        RawChild leader = start(command.toArray(String[]::new));
        listenTo(leader);
        turnUntil("the barriers are answered", () -> said.size() == 4);
        assertTrue(said.get(0).ready());
        assertTrue(said.get(1).barrier());
        assertEquals("answered", said.get(2).status());
    }

    @Test
    void systemdNotifyIsBelievedAndReturns() throws Exception {
        String notify = path("systemd-notify");
        RawChild leader = start(
                "/bin/sh", "-c", notify + " --ready --status='by systemd' && " + notify + " WATCHDOG=1 && exit 7");
        listenTo(leader);
        turnUntil("both have returned", () -> Processes.hasExited(state, leader.pidfd()));
        assertEquals(7, leader.reap());
        assertEquals(2, said.stream().filter(NotifyMessage::barrier).count(), said.toString());
        assertTrue(said.stream().anyMatch(each -> each.ready() && "by systemd".equals(each.status())), said.toString());
        assertTrue(said.stream().anyMatch(each -> each.watchdog() == NotifyMessage.Watchdog.ALIVE));
    }

    @Test
    void memberThatHasBecomeAnotherUserIsBelieved() throws Exception {
        assumeRoot();
        List<String> command =
                new ArrayList<>(List.of(path("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups"));
        command.addAll(pythonCommand("say('READY=1')\ntime.sleep(60)"));
        RawChild leader = start(command.toArray(String[]::new));
        listenTo(leader);
        turnUntil("it is ready", () -> !said.isEmpty());
        assertTrue(said.getFirst().ready());
    }

    // ---- Strangers.

    @Test
    void strangerOfTheSameUserIsNotBelieved() throws Exception {
        RawChild leader = python("time.sleep(60)");
        listenTo(leader);
        RawChild stranger = python("say('READY=1')\nbarrier()");
        turnUntil("its barrier is answered", () -> Processes.hasExited(state, stranger.pidfd()));
        assertEquals(0, stranger.reap());
        assertEquals(List.of(), said);
    }

    @Test
    void strangerOfAnotherUserIsNotBelieved() throws Exception {
        assumeRoot();
        RawChild leader = python("time.sleep(60)");
        listenTo(leader);
        List<String> command =
                new ArrayList<>(List.of(path("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups"));
        command.addAll(pythonCommand("say('READY=1')\nbarrier()"));
        RawChild stranger = start(command.toArray(String[]::new));
        turnUntil("its barrier is answered", () -> Processes.hasExited(state, stranger.pidfd()));
        assertEquals(0, stranger.reap());
        assertEquals(List.of(), said);
    }

    @Test
    void strangerWhoseNumberAMemberGetsIsNotBelieved() throws Exception {
        assumeRoot();
        RawChild stranger = python("say('READY=1')");
        int number = stranger.pid();
        stranger.awaitExit();
        stranger.reap();
        RawChild member = null;
        for (int tries = 0; tries < 50 && member == null; tries++) {
            Files.writeString(Path.of("/proc/sys/kernel/ns_last_pid"), Integer.toString(number - 1));
            RawChild made = start("/bin/sleep", "60");
            member = made.pid() == number ? made : null;
        }
        Skip.unless(member != null, "no process got the number " + number + " again");
        List<Integer> asked = new ArrayList<>();
        listen(Senders.known(pid -> {
            asked.add(pid);
            return true;
        }));
        for (int turns = 0; turns < 5; turns++) {
            loop.turn(false);
        }
        Skip.unless(asked.isEmpty() || kernelGivesPidfds(), "before Linux 6.5 the kernel gives no pidfd of the sender");
        assertEquals(List.of(), said);
    }

    private static boolean kernelGivesPidfds() {
        String[] version = System.getProperty("os.version").split("[.-]", 3);
        int number = Integer.parseInt(version[0]) * 1000 + Integer.parseInt(version[1]);
        return number >= 6005;
    }

    @Test
    void messageOfAChildThatHasBeenReapedIsNotBelieved() throws Exception {
        RawChild gone = python("say('READY=1')");
        gone.awaitExit();
        gone.reap();
        listen(Senders.known(pid -> Processes.groupOf(state, pid) >= 0));
        for (int turns = 0; turns < 5; turns++) {
            loop.turn(false);
        }
        assertEquals(List.of(), said);
    }

    @Test
    void floodOfAStrangerHoldsUpNeitherTheLoopNorAMember() throws Exception {
        RawChild stranger = python("while True: say('STATUS=flood')");
        RawChild leader = python("for i in range(100): say('STATUS=%d' % i)\ntime.sleep(60)");
        int[] asked = {0};
        listen(Senders.known(pid -> {
            asked[0]++;
            return Processes.groupOf(state, pid) == leader.pid();
        }));
        int[] most = {0};
        turnUntil("the member is heard", () -> {
            most[0] = Math.max(most[0], asked[0]);
            asked[0] = 0;
            return said.size() == 100;
        });
        assertTrue(most[0] <= 64, most[0] + " messages in one turn");
        assertFalse(Processes.hasExited(state, stranger.pidfd()));
        assertEquals("99", said.getLast().status());
    }

    // ---- Descriptors and content.

    @Test
    void descriptorsThatAreSentAreClosed() throws Exception {
        RawChild leader = python("say('FDSTORE=1\\nFDNAME=a', [0] * 253)\nsay('READY=1', [0])\nsay('FDSTORE=1', [0])");
        RawChild stranger = python("say('FDSTORE=1', [0] * 253)\nbarrier()");
        LeakCheck.Baseline before = LeakCheck.now();
        listenTo(leader);
        turnUntil("all is read", () -> said.size() == 3 && Processes.hasExited(state, stranger.pidfd()));
        assertTrue(said.get(1).ready());
        assertEquals(
                List.of(),
                before.leaked().stream()
                        .filter(each -> !each.contains("zombie"))
                        .toList());
    }

    @Test
    void tenThousandMessagesComeInOrder() throws Exception {
        listen(Senders.known(pid -> pid == OWN_PID));
        LeakCheck.Baseline before = LeakCheck.now();
        try (DatagramSender sender = new DatagramSender(socket.address())) {
            for (int number = 0; number < 10_000; ) {
                int answer = sender.send(
                        "STATUS=" + number + "\nWATCHDOG=1", number % 100 == 0 ? new int[] {1, 2} : new int[0]);
                if (answer > 0) {
                    number++;
                } else {
                    assertEquals(-Errno.EAGAIN, answer);
                    loop.turn(false);
                }
            }
            turnUntil("all is read", () -> said.size() == 10_000);
        }
        for (int number = 0; number < 10_000; number++) {
            assertEquals(Integer.toString(number), said.get(number).status());
        }
        assertEquals(List.of(), before.leaked());
    }

    @Test
    void messageThatIsTooLongSaysNothing() throws Exception {
        listen(Senders.known(pid -> pid == OWN_PID));
        try (DatagramSender sender = new DatagramSender(socket.address())) {
            byte[] longest = new byte[NotifyMessage.LONGEST];
            Arrays.fill(longest, (byte) 'x');
            System.arraycopy("READY=1\n".getBytes(StandardCharsets.US_ASCII), 0, longest, 0, 8);
            assertEquals(4096, sender.send(longest));
            assertEquals(4097, sender.send(Arrays.copyOf(longest, 4097)));
            assertEquals(70_000, sender.send(Arrays.copyOf(longest, 70_000)));
            assertEquals(0, sender.send(new byte[0]));
            assertEquals(7, sender.send("READY=1"));
            turnUntil("all is read", () -> said.size() == 5);
        }
        assertEquals(
                List.of(true, false, false, false, true),
                said.stream().map(NotifyMessage::ready).toList());
    }

    @Test
    void whatTheHandlerThrowsFailsItsScopeAndLeaksNothing() throws Exception {
        List<Throwable> failures = new ArrayList<>();
        LoopScope own = new LoopScope(loop, null, failures::add);
        NotifySocket fails = NotifySocket.open();
        Scopes.act(own, () -> {
            fails.listen(own, Senders.known(pid -> true), message -> {
                throw new IllegalStateException(message.status());
            });
            return true;
        });
        try (DatagramSender sender = new DatagramSender(fails.address())) {
            assertTrue(sender.send("STATUS=bad", 1, 2) > 0);
            turnUntil("it fails", () -> !failures.isEmpty());
        }
        assertEquals("bad", failures.getFirst().getMessage());
        Scopes.act(own, () -> {
            fails.close();
            fails.close();
            return true;
        });
    }

    // ---- Senders that take a look.

    private static final class Looks implements Senders {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        volatile boolean answer = true;

        @Override
        public Answer atOnce(CallState state, int pid) {
            return Answer.UNKNOWN;
        }

        @Override
        public boolean look(CallState state, int pid) {
            begun.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return answer;
        }
    }

    @Test
    void senderIsLookedAtWhileTheLoopGoesOnAndOthersWait() throws Exception {
        Looks looks = new Looks();
        listen(looks);
        RawChild child = python("say('STATUS=1')\nsay('STATUS=2')\nbarrier()");
        turnUntil("it is looked at", () -> looks.begun.getCount() == 0);
        for (int turns = 0; turns < 5; turns++) {
            loop.turn(false);
        }
        assertEquals(List.of(), said);
        assertFalse(Processes.hasExited(state, child.pidfd()), "at the barrier");
        looks.mayEnd.countDown();
        turnUntil("its barrier is answered", () -> Processes.hasExited(state, child.pidfd()));
        assertEquals(
                Arrays.asList("1", "2", null),
                said.stream().map(NotifyMessage::status).toList());
    }

    @Test
    void strangerThatWasLookedAtIsNotBelieved() throws Exception {
        Looks looks = new Looks();
        looks.answer = false;
        looks.mayEnd.countDown();
        listen(looks);
        RawChild child = python("say('STATUS=1')\nbarrier()");
        turnUntil("its barrier is answered", () -> Processes.hasExited(state, child.pidfd()));
        assertEquals(List.of(), said);
    }

    @Test
    void closedDuringALookItAnswersTheBarrierAndLeaksNothing() throws Exception {
        Looks looks = new Looks();
        listen(looks);
        RawChild child = python("barrier()");
        turnUntil("it is looked at", () -> looks.begun.getCount() == 0);
        act(socket::close);
        eventually("its barrier is answered", () -> Processes.hasExited(state, child.pidfd()));
        looks.mayEnd.countDown();
        for (int turns = 0; turns < 5; turns++) {
            loop.turn(false);
        }
        assertEquals(List.of(), said);
    }

    @Test
    void senderThatEndsDuringTheLookIsNotBelieved() throws Exception {
        Looks looks = new Looks();
        listen(looks);
        RawChild child = python("say('READY=1')\ntime.sleep(60)");
        turnUntil("it is looked at", () -> looks.begun.getCount() == 0);
        child.end();
        looks.mayEnd.countDown();
        RawChild last = python("say('STATUS=last')\ntime.sleep(60)");
        turnUntil("the next one is believed", () -> !said.isEmpty());
        assertEquals(List.of("last"), said.stream().map(NotifyMessage::status).toList());
        last.end();
    }
}
