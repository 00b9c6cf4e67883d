package dev.leash.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program sees through both commands what it would see if the caller had started it himself. */
@Timeout(180)
class TransparencyIT {
    private static final String RUN = "run --";
    private static final String TIMEOUT = "timeout 30";

    @TempDir
    Path temp;

    private static List<String> through(String command, String... program) {
        List<String> line = new ArrayList<>(List.of(command.split(" ", -1)));
        line.addAll(List.of(program));
        return line;
    }

    private static Command command(String through, String... program) {
        return Leash.command(through(through, program).toArray(new String[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void argumentsAreTheSameBytesInTheCLocale(String command) throws Exception {
        String[] arguments = {
            "", " ", "a b", "'", "\"", "\\", "$x `y`", "*", "\n", "a\n\nb\n", "\u00ff\u00fe", "\u00c3\u00a9", "-x", "--"
        };
        List<String> program = new ArrayList<>(List.of("printf", "[%s]"));
        program.addAll(List.of(arguments));
        Result result = Leash.run(command(command, program.toArray(new String[0])));
        assertEquals("[" + String.join("][", arguments) + "]", Leash.out(result));
        assertEquals("", Leash.err(result));
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void theEnvironmentIsTheSameBytes(String command) throws Exception {
        Result direct = Leash.run(withOddVariables(Command.of("cat", "/proc/self/environ")));
        Result through = Leash.run(withOddVariables(command(command, "cat", "/proc/self/environ")));
        assertEquals(Leash.out(direct), Leash.out(through));
        assertEquals("", Leash.err(through), "not a word on JAVA_TOOL_OPTIONS");
    }

    private static Command withOddVariables(Command command) {
        return command.clearEnv()
                .env("PATH", "/usr/bin:/bin")
                .env("JAVA_TOOL_OPTIONS", "-Dx=y")
                .env("_JAVA_OPTIONS", "-Dz")
                .env("JDK_JAVA_OPTIONS", "-Dw")
                .env("bad name", "x")
                .env("1%%", "()\n { :; }")
                .env("EMPTY", "")
                .env("NEWLINES", "a\n\nb\n")
                .env("_", "under")
                .env("PWD", "/not/here")
                .env("OLDPWD", "/nor/here")
                .env("SHLVL", "7")
                .env("IFS", "x")
                .env("LC_ALL", "C")
                .env("\u00ff".getBytes(ISO_8859_1), "\u00fe\u0080".getBytes(ISO_8859_1));
    }

    /** What the programs say in a world that a script has made, directly and through {@code command}. */
    private void assertSameIn(String world, String command, String... program) throws Exception {
        Result direct = Leash.run(Leash.shell(world + "; exec \"$@\"", program));
        List<String> line = through(command, program);
        Result through = Leash.run(Leash.shell(world + "; exec \"$LEASH\" \"$@\"", line.toArray(new String[0])));
        assertEquals(Leash.out(direct), Leash.out(through));
        assertEquals(Leash.err(direct), Leash.err(through));
        assertEquals(direct.status(), through.status());
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void limitsAndUmaskAndNiceAreTheSame(String command) throws Exception {
        assertSameIn("ulimit -S -n 300; umask 027", command, "cat", "/proc/self/limits");
        assertSameIn("umask 027", command, "sh", "-c", "umask");
        Result nice = Leash.run(Leash.shell(
                "exec nice -n 3 \"$LEASH\" \"$@\"", through(command, "nice").toArray(new String[0])));
        assertTrue(Integer.parseInt(Leash.out(nice).strip()) >= 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void signalsAreIgnoredAndBlockedAsBefore(String command) throws Exception {
        String[] program = {"grep", "-E", "^Sig(Ign|Blk|Cgt):", "/proc/self/status"};
        assertSameIn("true", command, program);
        assertSameIn("trap '' HUP INT QUIT USR1 USR2 PIPE XFSZ TTIN TTOU TSTP", command, program);
    }

    /** As with the original: else the signal could not end what it is sent to. */
    @Test
    void onlyTheSignalThatTimeoutSendsIsNotIgnoredByItsProgram() throws Exception {
        String[] program = {"grep", "^SigIgn:", "/proc/self/status"};
        assertSameIn("trap '' TERM", RUN, program);
        assertSameIn("trap '' TERM", "timeout -s HUP 30", program);
        String direct = Leash.out(Leash.run(Leash.shell("exec \"$@\"", program)));
        String[] line = through(TIMEOUT, program).toArray(new String[0]);
        assertEquals(direct, Leash.out(Leash.run(Leash.shell("trap '' TERM; exec \"$LEASH\" \"$@\"", line))));
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void closedStreamsStayClosed(String command) throws Exception {
        // What is closed cannot carry the answer.
        Path answer = temp.resolve("answer");
        String look = "for fd in 0 1 2; do [ -e /proc/$$/fd/$fd ] && echo $fd; done 9>" + answer + " >&9";
        for (String closed : List.of("<&-", ">&-", "2>&-", "<&- >&- 2>&-")) {
            String script = "\"$LEASH\" \"$@\" " + closed + "; cat " + answer + "; rm " + answer;
            String[] line = through(command, "sh", "-c", look).toArray(new String[0]);
            Result direct =
                    Leash.run(Leash.shell("sh -c '" + look + "' " + closed + "; cat " + answer + "; rm " + answer));
            assertEquals(Leash.out(direct), Leash.out(Leash.run(Leash.shell(script, line))), closed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void theDirectoryIsTheSameThoughItWasDeleted(String command) throws Exception {
        Path gone = temp.resolve("gone");
        Result result = Leash.run(Leash.shell(
                "mkdir " + gone + " && cd " + gone + " && rmdir " + gone + " && \"$LEASH\" \"$@\"",
                through(command, "readlink", "/proc/self/cwd").toArray(new String[0])));
        assertEquals(gone + " (deleted)\n", Leash.out(result));
        assertEquals(0, Leash.status(result));
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void standardInputIsNotReadAhead(String command) throws Exception {
        String script = "printf 'a\\nb\\nc\\n' | { \"$LEASH\" \"$@\"; cat; }";
        String[] line = through(command, "sh", "-c", "read x; echo \"<$x>\"").toArray(new String[0]);
        assertEquals("<a>\nb\nc\n", Leash.out(Leash.run(Leash.shell(script, line))));
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void theOrderOfBothOutputsIsKept(String command) throws Exception {
        String script = "exec \"$LEASH\" \"$@\" 2>&1";
        String write = "for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done";
        String[] line = through(command, "sh", "-c", write).toArray(new String[0]);
        assertEquals("o1\ne1\no2\ne2\no3\ne3\no4\ne4\no5\ne5\n", Leash.out(Leash.run(Leash.shell(script, line))));
    }

    @ParameterizedTest
    @ValueSource(strings = {RUN, TIMEOUT})
    void theLastOutputBeforeTheExitArrives(String command) throws Exception {
        for (int i = 0; i < 3; i++) {
            Result result = Leash.run(command(command, "sh", "-c", "head -c 200000 /dev/zero; printf end"));
            assertEquals(200_003, result.stdoutBytes().length);
        }
    }
}
