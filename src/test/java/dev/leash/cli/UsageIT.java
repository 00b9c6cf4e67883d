package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help where it is looked for, and what is said of a command line or a file that makes no sense. */
@Timeout(120)
class UsageIT {
    @TempDir
    Path temp;

    private static String help(String... arguments) throws Exception {
        Result result = Leash.run(arguments);
        assertEquals(0, Leash.status(result), Leash.err(result));
        assertEquals("", Leash.err(result));
        return Leash.out(result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "batch", "bench", "up", "export", "timeout", "doctor", "completion", "man"})
    void helpOfACommandIsThatOfItsOption(String command) throws Exception {
        assertEquals(help(command, "--help"), help("help", command));
        assertTrue(help("help").matches("(?s).*\n  " + command + "[ \n].*"), "the overview names it");
    }

    @Test
    void helpAndVersionAreCommandsAsWellAsOptions() throws Exception {
        assertEquals(help("--help"), help("help"));
        assertEquals(help("--help"), help("help", "help"));
        assertEquals(help("--version"), help("version"));
        assertTrue(help("version").startsWith("leash "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "rnu -- true~no such command: 'rnu' (did you mean 'run'?); try 'leash --help'",
                "help btach~no such command: 'btach' (did you mean 'batch'?); try 'leash --help'",
                "--versoin~no such command: '--versoin' (did you mean '--version'?); try 'leash --help'",
                "make all~no such command: 'make' (there are: run, batch, bench, up, ps, start, stop, restart, reload, logs,"
                        + " events, wait, export, timeout, doctor, completion, man);"
                        + " try 'leash --help'",
                "run --timout 1s true~there is no option '--timout' (did you mean '--timeout'?); try 'leash run --help'",
                "run --timout=1s true~there is no option '--timout' (did you mean '--timeout'?); try 'leash run --help'",
                "run --containmnt tree true~there is no option '--containmnt' (did you mean '--containment'?);"
                        + " try 'leash run --help'",
                "run -x true~there is no option '-x'; try 'leash run --help'",
                "run --timeout~'--timeout' needs a value, --timeout=DURATION; try 'leash run --help'",
                "run --json=maybe true~'--json' takes no value, and was given 'maybe'; try 'leash run --help'",
                "batch -j~'-j' needs a value, -j N; try 'leash batch --help'",
                "batch --resum f~there is no option '--resum' (did you mean '--resume'?); try 'leash batch --help'",
                "doctor --jsn~doctor does not know '--jsn' (did you mean '--json'?); try 'leash doctor --help'",
                "export~export needs to know for whom: 'leash export systemd'; try 'leash export --help'",
                "export systemdd~export knows 'systemd', not 'systemdd' (did you mean 'systemd'?);"
                        + " try 'leash export --help'",
                "export systemd --user --run-as a~--run-as is for units of the system: those of a user run as that user",
                "export systemd --name ../x~--name needs letters (A to Z), digits and _.-, a letter or digit first, not"
                        + " '../x'",
                "export systemd none/x~cannot open the file of services none/x: No such file or directory (ENOENT)",
                "help run me~help takes one command, as in 'leash help run'",
                "batch /~cannot read the file of jobs /: it is a directory",
                "batch none~cannot open the file of jobs none: No such file or directory (ENOENT)",
                "batch --joblog / jobs~cannot open the job log /: Is a directory (EISDIR)",
                "batch --joblog none/x jobs~cannot open the job log none/x: No such file or directory (ENOENT)",
                "batch --report none/x jobs~cannot open the report none/x: No such file or directory (ENOENT)",
            })
    void whatMakesNoSenseIsOneSentence(String line, String sentence) throws Exception {
        Files.writeString(temp.resolve("jobs"), "echo 1 >>done\n");
        Result result = Leash.run(Leash.command(line.split(" ")).directory(temp));
        assertEquals("leash: " + sentence + "\n", Leash.err(result));
        assertEquals(125, Leash.status(result));
        assertEquals("", Leash.out(result));
        assertFalse(Files.exists(temp.resolve("done")), "nothing is run");
    }

    @ParameterizedTest
    @CsvSource({
        "--joblog, cannot write the job log /dev/full: No space left on device (ENOSPC)",
        "--report, cannot write the report /dev/full: No space left on device (ENOSPC)"
    })
    void aFullDiskIsNamed(String option, String sentence) throws Exception {
        Files.writeString(temp.resolve("jobs"), "echo 1\n");
        Result result =
                Leash.run(Leash.command("batch", option, "/dev/full", "jobs").directory(temp));
        assertEquals(125, Leash.status(result));
        assertTrue(Leash.err(result).lines().toList().contains("leash: " + sentence), Leash.err(result));
        assertEquals("1\n", Leash.out(result));
    }

    @Test
    void aNameThatIsNotAsciiIsShownAsItIs() throws Exception {
        String name = "n\u00c3\u00a9ant"; // the bytes of UTF-8
        assertEquals(
                "leash: cannot open the file of jobs " + name + ": No such file or directory (ENOENT)\n",
                Leash.err(Leash.run(Leash.command("batch", name).directory(temp))));
        assertTrue(List.of("leash: no such command: '" + name + "'")
                .contains(Leash.err(Leash.run(name)).replaceFirst(" \\(.*\n", "")));
    }
}
