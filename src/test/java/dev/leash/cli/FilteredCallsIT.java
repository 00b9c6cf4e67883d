package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a filter refuses a system call, as containers and services have them, {@code doctor} and the runs say which. */
@Timeout(180)
class FilteredCallsIT {
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;

    @TempDir
    static Path temp;

    private static Path refuse;

    @BeforeAll
    static void compile() throws Exception {
        refuse = CProgram.compiled("refuse", temp);
        Result tried = Leash.run(Command.of(refuse.toString(), "1", "pidfd_open", "true"));
        Assumptions.assumeTrue(tried.succeeded(), "no filter can be installed: " + Leash.err(tried));
    }

    private static Result refused(int errno, String call, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(refuse.toString(), Integer.toString(errno), call));
        line.add(System.getProperty("leash.executable", "target/leash"));
        line.addAll(List.of(arguments));
        return Leash.run(Command.of(line).env("LC_ALL", "C").timeout(java.time.Duration.ofSeconds(60)));
    }

    @ParameterizedTest
    @CsvSource({
        "pidfd_open, 1",
        "pidfd_open, 13",
        "pidfd_open, 38",
        "waitid, 1",
        "waitid, 38",
        "wait4, 1",
        "wait4, 38",
        "epoll_create1, 1",
        "epoll_ctl, 38",
        "epoll_wait, 1",
        "timerfd_create, 38",
        "timerfd_settime, 1",
        "eventfd, 1",
        "eventfd, 38",
        "memfd_create, 1",
        "memfd_create, 38"
    })
    void doctorSaysWhichCallIsRefusedAndThatRunsCannotWork(String call, int errno) throws Exception {
        Result result = refused(errno, call, "doctor");
        String said = Leash.out(result);
        String name = errno == EPERM ? "EPERM" : errno == ENOSYS ? "ENOSYS" : "EACCES";
        assertEquals(125, Leash.status(result), said);
        assertTrue(said.contains("Leash cannot run here: " + call + " is refused with " + name + " by a filter"), said);
        assertTrue(said.contains("seccomp profile"), "what to do: " + said);
        assertFalse(said.contains("needs Linux"), said);
        assertEquals("", Leash.err(result));
        Result json = refused(errno, call, "doctor", "--json");
        assertEquals(125, Leash.status(json));
        assertTrue(
                String.valueOf(Json.object(json.stdoutBytes()).get("obstacle")).startsWith(call + " is refused"));
    }

    @ParameterizedTest
    @ValueSource(ints = {EPERM, ENOSYS})
    void whatComesBetweenForkAndExecIsTriedByARun(int errno) throws Exception {
        Result result = refused(errno, "setpgid", "doctor");
        assertEquals(125, Leash.status(result), Leash.out(result));
        assertTrue(Leash.out(result).contains("Leash cannot run here: could not start /bin/sh"), Leash.out(result));
        assertTrue(Leash.out(result).contains("a filter of system calls"), Leash.out(result));
    }

    @ParameterizedTest
    @CsvSource({"pidfd_send_signal, signals by pidfd", "close_range, close_range"})
    void withoutWhatIsOfUseOnlyRunsWork(String call, String feature) throws Exception {
        Result result = refused(ENOSYS, call, "doctor");
        assertEquals(0, Leash.status(result), Leash.out(result));
        assertTrue(
                Leash.out(result)
                        .lines()
                        .anyMatch(line -> line.matches("  " + feature + " +no: " + call + " is refused.*")),
                Leash.out(result));
        Result run = refused(ENOSYS, call, "run", "--timeout", "200ms", "--", "sleep", "60");
        assertEquals(124, Leash.status(run), Leash.err(run));
    }

    @ParameterizedTest
    @CsvSource({
        "pidfd_open, 1",
        "pidfd_open, 38",
        "waitid, 1",
        "epoll_create1, 1",
        "epoll_ctl, 38",
        "timerfd_create, 1",
        "eventfd, 38",
        "memfd_create, 1"
    })
    void aRunThatCannotWorkSaysWhyInOneSentence(String call, int errno) throws Exception {
        Result result = refused(errno, call, "run", "--timeout", "5s", "--", "true");
        String said = Leash.err(result);
        assertEquals(125, Leash.status(result), said);
        assertTrue(said.startsWith("leash: ") && said.contains(call), said);
        assertTrue(said.contains(errno == EPERM ? "EPERM" : "ENOSYS") && said.contains("filter"), said);
        assertFalse(said.contains("\tat ") || said.contains("internal error"), said);
    }
}
