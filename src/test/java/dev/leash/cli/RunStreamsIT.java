package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the options of {@code leash run} lead the program's streams. */
@Timeout(120)
class RunStreamsIT {
    @TempDir
    Path temp;

    @Test
    void inputAndOutputAreFiles() throws Exception {
        Path in = temp.resolve("in put");
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        Files.writeString(in, "given\n");
        Files.writeString(out, "what was there before\n");
        Result result = Leash.run(
                "run", "--stdin", "" + in, "--stdout", "" + out, "--stderr", "" + err, "sh", "-c", "cat; echo e >&2");
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertEquals("given\n", Files.readString(out));
        assertEquals("e\n", Files.readString(err));
        assertEquals("", Leash.out(result) + Leash.err(result));
        assertEquals(0, Leash.status(Leash.run("run", "--append", "--stdout", "" + out, "echo", "more")));
        assertEquals("given\nmore\n", Files.readString(out));
    }

    @Test
    void bothStreamsInOneFileDoNotWriteOverEachOther() throws Exception {
        Path both = temp.resolve("both");
        String script = "echo 1; echo 2 >&2; echo 3; echo 4 >&2";
        Leash.run("run", "--stdout", "" + both, "--stderr", "" + both, "sh", "-c", script);
        assertEquals("1\n2\n3\n4\n", Files.readString(both));
    }

    @Test
    void fileThatCannotBeOpenedIsNamed() throws Exception {
        Path missing = temp.resolve("no/file");
        Result result = Leash.run("run", "--stdin", "" + missing, "cat");
        assertEquals(125, Leash.status(result));
        assertEquals(
                "leash: could not start cat: cannot read from " + missing + ": No such file or directory (ENOENT)\n",
                Leash.err(result));
    }

    @Test
    void silenceEndsTheRun() throws Exception {
        Result result = Leash.run("run", "--idle-timeout", "5s", "--", "sh", "-c", "echo hi; sleep 64.7; echo no");
        assertEquals(124, Leash.status(result));
        assertEquals("hi\n", Leash.out(result));
        assertEquals("leash: sh had no output for too long and was ended by KILL\n", Leash.err(result));
        Map<String, Object> report = Json.object(Leash.run("run", "--json", "--idle-timeout=200ms", "sleep", "64.7")
                .stdoutBytes());
        assertEquals("idle", report.get("cause"));
    }

    @Test
    void outputKeepsTheProgramAlive() throws Exception {
        String script = "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 1; done";
        Result result = Leash.run("run", "--idle-timeout", "6s", "--", "sh", "-c", script);
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertEquals("1\n2\n3\n4\n5\n6\n7\n8\n", Leash.out(result));
    }

    @Test
    void programHasATerminalOfItsOwn() throws Exception {
        Result result = Leash.sh("echo typed | $LEASH run --tty -- sh -c 'test -t 0 && test -t 1 && test -t 2 && stty"
                + " size; read x; echo got $x; exit 5'");
        assertEquals(5, Leash.status(result), Leash.err(result));
        assertTrue(Leash.out(result).contains("24 80\r\n"), Leash.out(result));
        assertTrue(Leash.out(result).endsWith("got typed\r\n"), Leash.out(result));
    }

    @Test
    void linesArePrefixedWithTimeAndStream() throws Exception {
        Result result = Leash.run("run", "--prefix", "--", "sh", "-c", "printf 'a\\377\\nlast'; echo b >&2");
        assertTrue(
                Leash.out(result).matches("\\[ +\\d+\\.\\d{3} out] a\u00ff\n\\[ +\\d+\\.\\d{3} out] last\n"),
                Leash.out(result));
        assertTrue(Leash.err(result).matches("\\[ +\\d+\\.\\d{3} err] b\n"), Leash.err(result));
    }

    @ParameterizedTest
    @CsvSource({"head, 6, 1-2-3-", "tail, 7, 8-9-10-", "both, 7, 1-2-10-"})
    void partOfTheOutputIsKept(String which, int limit, String kept) throws Exception {
        Map<String, Object> report =
                Json.object(Leash.run("run", "--json", "--keep", which, "--output-limit", "" + limit, "seq", "10")
                        .stdoutBytes());
        String stdout = String.valueOf(report.get("stdout")).replace('\n', '-');
        assertEquals(kept, stdout);
        assertEquals("exited", report.get("cause"));
        assertEquals(false, report.get("outputComplete"));
    }

    @ParameterizedTest
    @CsvSource({
        "--append, --append needs --stdout FILE or --stderr FILE to append to",
        "--keep=head, --keep needs --json: without it the output is not captured",
        "--json --keep=some, '--keep can be ''head'', ''tail'' or ''both'', not ''some'''",
        "--merge --stderr=x, --merge and --stderr contradict each other: standard error goes to one place",
        "--tty --stdout=x, 'with --tty there is one stream, the terminal''s: redirect that of leash itself'",
    })
    void contradictionsAreBadUsage(String options, String sentence) throws Exception {
        Result result = Leash.sh("$LEASH run " + options + " true");
        assertEquals(125, Leash.status(result));
        assertEquals("leash: " + sentence + "\n", Leash.err(result));
    }
}
