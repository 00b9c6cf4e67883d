package dev.leash.spawning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import dev.leash.support.Skip;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits and identity by programs that execute another in their own place. */
@Timeout(30)
class PrefixTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private Supervisor supervisor;

    @BeforeEach
    void open() throws IOException {
        supervisor = Supervisor.create();
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    private String out(Command command) throws Exception {
        return supervisor.run(command).orThrow().stdout().strip();
    }

    /** What is added to the niceness that the tests run with, which need not be 0. */
    private String nicer(int by) throws Exception {
        return Integer.toString(Math.min(19, Integer.parseInt(out(Command.of("nice"))) + by));
    }

    @Test
    void prefixesSetWhatTheyAreForAndTheArgumentsStay() throws Exception {
        Command show = Command.of("sh", "-c", "echo \"$(nice) $(ulimit -n) $1\"", "sh", "a b");
        assertEquals(nicer(7) + " 64 a b", out(show.prefix("nice", "-n", "7").prefix("prlimit", "--nofile=64", "--")));
    }

    @Test
    void theProgramKeepsThePidThatTheChildHas() throws Exception {
        Child child = supervisor.start(Command.shell("echo $$").prefix("nice", "-n", "1"));
        assertEquals(Long.toString(child.pid()), child.await().stdout().strip());
    }

    @Test
    void deadlineEndsThePrefixedProgram() throws Exception {
        Result result = supervisor.run(Command.of("sleep", "60").prefix("nice").timeout(Duration.ofMillis(300)));
        assertEquals(Cause.TIMED_OUT, result.cause());
        assertEquals(new ExitStatus.Signaled(Signal.KILL, false), result.status());
    }

    @Test
    void prefixInACgroup() throws Exception {
        Skip.unless(Containment.obstacle().isEmpty(), "no cgroup can be made here");
        assertEquals(nicer(5), out(Command.of("nice").prefix("nice", "-n", "5").containment(Containment.CGROUP)));
    }

    @Test
    void prefixWithoutAProgramIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Command.of("true").prefix());
    }
}
