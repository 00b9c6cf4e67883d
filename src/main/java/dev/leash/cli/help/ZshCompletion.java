package dev.leash.cli.help;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The completion for zsh: a file {@code _leash} for a folder of its {@code fpath}, or to be sourced. */
final class ZshCompletion {
    private static final String TEMPLATE = """
            #compdef leash
            # zsh completion for leash, written by `leash completion zsh`

            _leash() {
                local line state
                _arguments -C '(- *)'{-h,--help}'[show help]' '(- *)'{-V,--version}'[show versions]' \\
                    '1:command:(@COMMANDS@ help version)' '*::arguments:->arguments' && return
                case $line[1] in
                    help) _arguments '1:command:(@COMMANDS@)' ;;
            @CASES@    esac
            }

            if [ "$funcstack[1]" = _leash ]; then
                _leash "$@"
            else
                compdef _leash leash
            fi
            """;

    private ZshCompletion() {}

    static String script(List<CommandForm> commands) {
        return TEMPLATE.replace(
                        "@COMMANDS@", commands.stream().map(CommandForm::name).collect(Collectors.joining(" ")))
                .replace(
                        "@CASES@",
                        commands.stream().map(ZshCompletion::arguments).collect(Collectors.joining()));
    }

    private static String arguments(CommandForm command) {
        List<String> specs = new ArrayList<>();
        for (CommandForm.Option option : command.options()) {
            for (String name : option.names()) {
                String assigned = option.takesValue() ? (name.startsWith("--") ? "=" : "+") : "";
                String repeated = option.description().contains("May be repeated") ? "*" : "";
                specs.add(
                        quoted(repeated + name + assigned + "[" + escaped(option.description()) + "]" + value(option)));
            }
        }
        switch (command.name()) {
            case "run" -> program(specs, 1);
            case "timeout" -> {
                specs.add(quoted("1:duration:"));
                program(specs, 2);
            }
            case "completion" -> specs.add(quoted("1:shell:(bash zsh)"));
            case "export" -> {
                specs.add(quoted("1:for:(systemd)"));
                specs.add(quoted("*:file:_files"));
            }
            case "up" -> specs.add(quoted("*:file:_files"));
            case "ps", "start", "stop", "restart", "reload", "logs", "events", "wait" ->
                specs.add(quoted("*:service:{compadd -- $(leash ps --json 2>/dev/null | cut -d\\\" -f4)}"));
            default -> {}
        }
        return "        " + command.name() + ")\n            _arguments -S -A '-*' \\\n                "
                + String.join(" \\\n                ", specs) + "\n            ;;\n";
    }

    private static void program(List<String> specs, int position) {
        specs.add(quoted(position + ":program:_command_names -e"));
        specs.add(quoted("*::arguments:_normal"));
    }

    private static String value(CommandForm.Option option) {
        if (!option.takesValue()) {
            return "";
        }
        String label = ":" + escaped(option.label()) + ":";
        if (option.takesPath()) {
            return label + (option.label().startsWith("DIR") ? "_files -/" : "_files");
        }
        if (option.label().equals("SIGNAL")) {
            return label + "_signals -s";
        }
        return option.choices().isEmpty() ? label : ":value:(" + String.join(" ", option.choices()) + ")";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace(":", "\\:");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
