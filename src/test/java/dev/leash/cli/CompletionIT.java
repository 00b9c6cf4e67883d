package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The completion scripts in the shells themselves, and the manual page as groff sees it. */
@Timeout(120)
class CompletionIT {
    @TempDir
    Path temp;

    private static boolean has(String program) {
        return Files.isExecutable(Path.of("/usr/bin", program)) || Files.isExecutable(Path.of("/bin", program));
    }

    private static Path script(Path folder, String shell) throws Exception {
        Result script = Leash.run("completion", shell);
        assertEquals("", Leash.err(script));
        return Files.writeString(folder.resolve("_leash"), Leash.out(script));
    }

    /** The words are those that bash makes of the line: the = of an option is one. */
    private List<String> completed(String... words) throws Exception {
        Assumptions.assumeTrue(has("bash"), "bash is not installed");
        String complete = """
                source "$0"
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
                complete -p leash | grep -q -- '-F _leash' || exit 1
                _leash
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        Command bash = Command.of("bash", "-c", complete, script(temp, "bash").toString());
        for (String word : words) {
            bash = bash.args(word);
        }
        Result result = Leash.run(bash);
        assertEquals("", Leash.err(result));
        return Leash.out(result).lines().filter(line -> !line.isEmpty()).toList();
    }

    @Test
    void commandsAndOptionsAndTheirValues() throws Exception {
        assertEquals(List.of("timeout"), completed("leash", "ti"));
        assertEquals(List.of("--stdin", "--stdout", "--stderr", "--stragglers"), completed("leash", "run", "--st"));
        assertEquals(List.of("--stdin"), completed("leash", "run", "--timeout", "=", "2s", "--stdi"));
        assertEquals(List.of("tree"), completed("leash", "run", "--containment", "t"));
        assertEquals(List.of("tail"), completed("leash", "run", "--keep", "=", "t"));
        assertEquals(List.of("head", "tail", "both"), completed("leash", "run", "--keep", "="));
        assertEquals(List.of("KILL"), completed("leash", "timeout", "-s", "KI"));
        assertEquals(List.of("zsh"), completed("leash", "completion", "z"));
        assertEquals(List.of("systemd"), completed("leash", "export", "sy"));
        assertEquals(List.of("--rolling"), completed("leash", "restart", "--ro"));
        assertEquals(List.of("--run-as"), completed("leash", "export", "--run"));
        assertEquals(List.of(), completed("leash", "run", "--timeout", ""), "any duration");
    }

    @Test
    void theProgramAndItsArguments() throws Exception {
        Files.createFile(temp.resolve("file"));
        assertTrue(completed("leash", "run", "printe").contains("printenv"));
        assertTrue(completed("leash", "run", "--timeout", "2s", "--", "printe").contains("printenv"));
        assertTrue(completed("leash", "timeout", "-k", "5", "10", "printe").contains("printenv"));
        assertEquals(List.of(), completed("leash", "timeout", "1"), "the duration");
        assertEquals(List.of(temp + "/file"), completed("leash", "run", "cat", temp + "/fi"));
        assertEquals(List.of(), completed("leash", "run", "cat", "--st"), "an option of cat, not of leash");
    }

    @ParameterizedTest
    @CsvSource({"run --contain, --containment", "run --containment tr, tree", "timeout --fore, --foreground"})
    void zshCompletesInATerminal(String typed, String completed) throws Exception {
        Assumptions.assumeTrue(has("zsh"), "zsh is not installed");
        script(temp, "zsh");
        // Its completion works in its line editor only, and that on a terminal only.
        String session = """
                zmodload zsh/zpty
                zpty shell zsh -f
                zpty -w shell "PS1=; fpath=($1 \\$fpath); autoload -U compinit; compinit -u -D; print REA''DY"
                zpty -r -m shell line '*READY*'
                zpty -w -n shell "leash $2"$'\\t'
                zpty -r -m shell line "*$3*" && print found
                """;
        Result result = Leash.run(Command.of("zsh", "-f", "-c", session, "zsh", temp.toString(), typed, completed)
                .timeout(java.time.Duration.ofSeconds(30)));
        assertEquals("found\n", Leash.out(result), Leash.err(result));
    }

    @Test
    void theManualPageTellsEveryOption() throws Exception {
        Result page = Leash.run("man");
        for (String command : List.of("run", "timeout", "doctor", "export")) {
            Leash.out(Leash.run(command, "--help"))
                    .lines()
                    .filter(line -> line.matches(" +(-\\w, )? *--\\w.*"))
                    .map(line -> line.replaceAll("^ +(-\\w, )? *(--[\\w-]+).*", "$2"))
                    .forEach(option -> assertTrue(
                            Leash.out(page).contains("\\fB" + option.replace("-", "\\-") + "\\fR")
                                    || Leash.out(page).contains(", " + option.replace("-", "\\-") + "\\fR"),
                            option));
        }
        Assumptions.assumeTrue(has("groff"), "groff is not installed");
        Path file = Files.writeString(temp.resolve("leash.1"), Leash.out(page));
        Result formatted = Leash.run(Command.of("groff", "-man", "-Tascii", "-ww", file.toString()));
        assertEquals("", Leash.err(formatted));
        assertTrue(Leash.out(formatted).contains("leash run [OPTION]... [--] COMMAND [ARG]..."));
    }
}
