package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.support.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the caller has open above 2, and paths that name descriptors of his. */
@Timeout(180)
class DescriptorsIT {
    private static final String RUN = "run --";
    private static final String TIMEOUT = "timeout 30";

    /** What a program has open. */
    private static final String LIST = "ls -l /proc/self/fd";

    @TempDir
    Path temp;

    private Result sh(String script) throws Exception {
        return Leash.run(Leash.shell(script).directory(temp));
    }

    private Result bash(String script) throws Exception {
        Assumptions.assumeTrue(Leash.status(Leash.sh("command -v bash")) == 0, "this test needs bash");
        return Leash.run(Leash.shell("exec bash -c \"$1\"", script).directory(temp));
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void theProgramHasWhatItsCallerHadOpenAndNothingElse(String command) throws Exception {
        for (String given : new String[] {
            "",
            "3</dev/zero",
            "5</dev/zero 9</dev/full",
            "4</dev/zero 7</dev/zero 8</dev/zero",
            "3</dev/zero <&-",
            "<&-",
            "9</dev/full <&- 2>&-"
        }) {
            Result direct = sh(LIST + " " + given);
            Result through = sh("\"$LEASH\" " + command + " " + LIST + " " + given);
            assertEquals(open(direct), open(through), given);
        }
    }

    /** By number, without the folder that is listed. Pipes have other names each time. */
    private static SortedMap<Integer, String> open(Result list) {
        SortedMap<Integer, String> open = new TreeMap<>();
        Matcher matcher = Pattern.compile("(\\d+) -> (\\S+?)(?::\\[.*)?\\r?\n").matcher(Leash.out(list));
        while (matcher.find()) {
            if (!matcher.group(2).startsWith("/proc/")) {
                open.put(Integer.valueOf(matcher.group(1)), matcher.group(2));
            }
        }
        return open;
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void highNumbersArePassedOnAsWell(String command) throws Exception {
        Result result =
                bash("exec 63</dev/zero 64</dev/full 65</dev/zero 200</dev/full 1500</dev/zero; exec \"$LEASH\" "
                        + command + " " + LIST);
        assertEquals(
                Map.of(63, "/dev/zero", 64, "/dev/full", 65, "/dev/zero", 200, "/dev/full", 1500, "/dev/zero"),
                open(result).tailMap(3),
                Leash.err(result));
    }

    @Test
    void theyComeThroughAGateAndIntoATerminal() throws Exception {
        Result nice = sh("\"$LEASH\" run --nofile 100 -- " + LIST + " 5</dev/zero 9</dev/full");
        assertEquals(Map.of(5, "/dev/zero", 9, "/dev/full"), open(nice).tailMap(3), Leash.err(nice));
        Result tty = sh("\"$LEASH\" run --tty -- " + LIST + " 5</dev/zero 9</dev/full");
        assertEquals(Map.of(5, "/dev/zero", 9, "/dev/full"), open(tty).tailMap(3), Leash.err(tty));
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void theDeletedDirectoryIsKeptBesideThem(String command) throws Exception {
        Result result = sh("mkdir gone && cd gone && rmdir ../gone && \"$LEASH\" " + command
                + " readlink /proc/self/cwd 5</dev/zero 9</dev/full");
        assertEquals(temp + "/gone (deleted)\n", Leash.out(result));
    }

    @Test
    void whatTheProgramClosesIsClosed() throws Exception {
        // The reader sees the end while the program still runs, since leash does not hold the other end.
        Result result =
                sh("mkfifo go; { \"$LEASH\" run -- sh -c 'exec 5>&-; read x <go' 5>&1 >&3 | { cat >&2; echo >go; }; }"
                        + " 3>&1");
        assertEquals(0, Leash.status(result), Leash.err(result));
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void aProgramReadsFromSubstitutedProcesses(String command) throws Exception {
        Result result = bash("\"$LEASH\" " + command + " diff <(echo a; echo b) <(echo a; echo c)");
        assertEquals("2c2\n< b\n---\n> c\n", Leash.out(result), Leash.err(result));
        assertEquals(1, Leash.status(result));
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void makeSharesItsJobs(String command) throws Exception {
        Assumptions.assumeTrue(Leash.status(Leash.sh("command -v make")) == 0, "this test needs make");
        // Each of the two waits for the other: without the jobserver it would run alone.
        Files.writeString(temp.resolve("Makefile"), """
                all: ; +@"$(LEASH)" @COMMAND@ $(MAKE) -s both
                both: a b
                a: ; @: >a.up; until [ -e b.up ]; do sleep 0.02; done; echo a
                b: ; @: >b.up; until [ -e a.up ]; do sleep 0.02; done; echo b
                """.replace("@COMMAND@", command));
        Result result = sh("make -s -j2 2>&1");
        assertEquals(0, Leash.status(result), Leash.out(result));
        assertFalse(Leash.out(result).contains("jobserver"), Leash.out(result));
    }

    @ParameterizedTest
    @CsvSource({
        "--stdout /dev/stderr -- echo x 2>out, x",
        "--stdout /proc/self/fd/2 -- echo x 2>out, x",
        "--stdout /dev/../dev//./stderr -- echo x 2>out, x",
        "--stdout link -- echo x 2>out, x",
        "--stderr /dev/stdout -- sh -c 'echo a; echo b >&2; echo c' >out, a b c",
        "--stdin /dev/stdin -- cat <in >out, given",
        "--stdin /dev/fd/7 -- cat 7<in >out, given",
        "--stdin /dev/fd/70 -- cat 70<in >out, given",
        "--stdout /dev/fd/7 --append -- echo x 7>out, x",
        "--json --stdout /dev/fd/7 -- echo x 7>out, x",
    })
    void pathsThatNameADescriptorMeanTheCallers(String line, String written) throws Exception {
        Files.writeString(temp.resolve("in"), "given\n");
        Files.createSymbolicLink(temp.resolve("link"), Path.of("/dev/stderr"));
        Result result = bash("\"$LEASH\" run " + line);
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertEquals(written, Files.readString(temp.resolve("out")).strip().replace('\n', ' '));
        Files.delete(temp.resolve("link"));
    }

    @Test
    void theDescriptorIsDuplicatedNotOpenedAgain() throws Exception {
        Result result = sh("{ echo before; \"$LEASH\" run --stdout /dev/stdout -- echo it; echo after; } >out; cat out;"
                + " { read x; \"$LEASH\" run --stdin /dev/stdin -- head -n 1; } <out");
        assertEquals("before\nit\nafter\nit\n", Leash.out(result), Leash.err(result));
        // What cannot be opened: a file that has been deleted, for an ordinary user, and a socket.
        Result deleted = sh("exec 7<out; rm out; \"$LEASH\" run --stdin /dev/fd/7 -- cat");
        assertEquals("before\nit\nafter\n", Leash.out(deleted), Leash.err(deleted));
    }

    @Test
    void socketsCanBeNamedToo() throws Exception {
        Assumptions.assumeTrue(
                Leash.status(Leash.sh("perl -MSocket -e 1")) == 0, "this test needs perl and its module Socket");
        Result result = sh("""
                exec perl -MSocket -e '
                    socketpair($a, $b, AF_UNIX, SOCK_STREAM, 0) or die;
                    if (!fork) { close $a; open(STDERR, ">&", $b) or die; exec $ENV{LEASH}, "run", "--stdout", "/dev/stderr", "--", "echo", "hi" }
                    close $b; print <$a>; wait; print $?'
                """);
        assertEquals("hi\n0", Leash.out(result), Leash.err(result));
    }

    @ParameterizedTest
    @CsvSource({
        "--stdin /dev/fd/7 -- cat, cat: cannot read from /dev/fd/7: No such file or directory (ENOENT)",
        "--stdin /dev/fd/4 -- cat, cat: cannot read from /dev/fd/4: No such file or directory (ENOENT)",
        "--stdin /dev/stdin -- cat <&-, cat: cannot read from /dev/stdin: No such file or directory (ENOENT)",
        "--stdout /dev/fd/7 -- id 7</dev/null, id: cannot write to /dev/fd/7: Bad file descriptor (EBADF)",
        "--stdin /dev/fd/7 -- cat 7>/dev/null, cat: cannot read from /dev/fd/7: Bad file descriptor (EBADF)",
    })
    void descriptorThatCannotBeUsedIsNamed(String line, String reason) throws Exception {
        Result result = sh("\"$LEASH\" run " + line);
        assertEquals(125, Leash.status(result));
        assertEquals("leash: could not start " + reason + "\n", Leash.err(result));
    }

    @Test
    void socketsThatSystemdHandsOverReachTheProgram() throws Exception {
        String look = "sh -c 'echo $LISTEN_FDS; [ $LISTEN_PID = $$ ] && readlink /proc/self/fd/3'";
        Result run = sh("LISTEN_FDS=1 LISTEN_PID=$$ exec \"$LEASH\" run -- " + look + " 3</dev/zero");
        assertEquals("1\n/dev/zero\n", Leash.out(run), Leash.err(run));
        Result others = sh("LISTEN_FDS=1 LISTEN_PID=7 \"$LEASH\" run -- sh -c 'echo $LISTEN_PID' 3</dev/zero");
        assertEquals("7\n", Leash.out(others), "they are not for leash, and not for its program");
    }

    @Test
    void jobsOfABatchGetNoneAndAreNotToldOfAny() throws Exception {
        Files.writeString(temp.resolve("jobs"), LIST + "; env | grep LISTEN\n");
        Command command = Leash.shell("exec 5</dev/zero 9</dev/zero; LISTEN_FDS=1 LISTEN_PID=$$ LISTEN_FDNAMES=x exec"
                        + " \"$LEASH\" batch --retries 0 jobs")
                .directory(temp);
        Result result = Leash.run(command);
        assertEquals(Set.of(0, 1, 2), open(result).keySet(), Leash.out(result));
        assertFalse(Leash.out(result).contains("LISTEN"), Leash.out(result));
    }

    @ParameterizedTest
    @CsvSource({
        "batch <(echo echo it), it",
        "batch /dev/stdin <jobs, it",
        "batch /dev/fd/8 8<jobs, it",
        "batch --joblog /dev/stderr jobs, it",
        "batch --joblog /dev/fd/9 jobs, it",
        "batch --joblog >(cat >log) jobs, it",
        "batch --report >(cat >page) jobs, it",
    })
    void theOperandsOfABatchMayBeDescriptors(String line, String out) throws Exception {
        Files.writeString(temp.resolve("jobs"), "echo it\n");
        Result result = bash("\"$LEASH\" " + line + " 9>log; wait; exit");
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertEquals(out + "\n", Leash.out(result));
        if (line.contains("joblog")) {
            String log = line.contains("stderr") ? Leash.err(result) : Files.readString(temp.resolve("log"));
            assertTrue(log.contains("\"fate\":\"succeeded\""), log);
        }
        if (line.contains("report")) {
            Eventually.eventually("the page is whole", () -> Files.readString(temp.resolve("page"))
                    .endsWith("</html>\n"));
        }
    }

    @Test
    void jobsAreReadFromWhereTheCallersDescriptorStands() throws Exception {
        Files.writeString(temp.resolve("jobs"), "first\necho second\n");
        Result result = sh("{ read x; \"$LEASH\" batch /dev/stdin; } <jobs");
        assertEquals("second\n", Leash.out(result), Leash.err(result));
        Result gone = sh("\"$LEASH\" batch /dev/fd/7");
        assertEquals(125, Leash.status(gone));
        assertTrue(Leash.err(gone).contains("/dev/fd/7: No such file or directory (ENOENT)"), Leash.err(gone));
    }
}
