package dev.leash.cli.help;

import dev.leash.cli.io.Console;
import dev.leash.cli.io.LostOutputException;
import dev.leash.cli.options.Similar;
import dev.leash.cli.options.UsageException;
import java.util.List;

/** {@code leash completion}: the script that lets a shell complete command lines of leash. */
public final class CompletionCommand {
    static final String HELP = """
            Usage: leash completion bash|zsh

            Writes a script that lets bash or zsh complete command lines of leash.

              -h, --help   show this help

            Examples:
              source <(leash completion bash)
              leash completion zsh > ~/.zfunc/_leash
            """;

    private CompletionCommand() {}

    public static int main(List<String> arguments, Console console) throws UsageException, LostOutputException {
        if (arguments.size() != 1) {
            throw new UsageException("completion needs 'bash' or 'zsh'; try 'leash completion --help'");
        }
        String text =
                switch (arguments.getFirst()) {
                    case "bash" -> BashCompletion.script(CommandForm.all());
                    case "zsh" -> ZshCompletion.script(CommandForm.all());
                    case "-h", "--help" -> HELP;
                    default ->
                        throw new UsageException("completion knows 'bash' and 'zsh', not '" + arguments.getFirst() + "'"
                                + Similar.hint(arguments.getFirst(), List.of("bash", "zsh", "--help"))
                                + "; try 'leash completion --help'");
                };
        return console.print(text);
    }
}
