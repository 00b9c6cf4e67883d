package dev.leash.cli.help;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The completion for bash. It needs only bash; with the package bash-completion it also completes the program's
 * command line.
 */
final class BashCompletion {
    private static final String TEMPLATE = """
            # bash completion for leash, written by `leash completion bash`

            _leash() {
                local command=${COMP_WORDS[1]} cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD-1]}
                local options valued operands=0 at=2 program=
                COMPREPLY=()
                if ((COMP_CWORD == 1)); then
                    COMPREPLY=($(compgen -W '@COMMANDS@ @OTHERS@' -- "$cur"))
                    return
                fi
                case $command in
                    help) ((COMP_CWORD == 2)) && COMPREPLY=($(compgen -W '@COMMANDS@' -- "$cur")); return ;;
            @CASES@        *) return ;;
                esac
                # Bash takes the = of --name=value for a word of its own.
                if [[ $cur == = ]]; then
                    cur=
                elif [[ $option == = ]]; then
                    option=${COMP_WORDS[COMP_CWORD-2]}
                fi
                # Up to where the program's own line begins. Beyond the current word, if that is the value of an option.
                while ((at < COMP_CWORD)); do
                    case ${COMP_WORDS[at]} in
                        --) ((at++)); program=yes; break ;;
                        -*)
                            if [[ ${COMP_WORDS[at+1]} == = ]]; then
                                ((at += 2))
                            elif [[ $valued == *" ${COMP_WORDS[at]} "* ]]; then
                                ((at++))
                            fi
                            ;;
                        *)
                            ((operands > 0)) || { program=yes; break; }
                            ((operands--))
                            ;;
                    esac
                    ((at++))
                done
                if ((at > COMP_CWORD)); then
                    case $command$option in
            @VALUES@        esac
                elif [[ -z $program && $cur == -* ]]; then
                    COMPREPLY=($(compgen -W "$options" -- "$cur"))
                elif [[ $command == up ]]; then
                    COMPREPLY=($(compgen -f -- "$cur"))
                elif [[ $command == @(ps|start|stop|restart|reload|logs|events|wait) ]]; then
                    # The name is the first text of each line of JSON.
                    COMPREPLY=($(compgen -W "$(leash ps --json 2>/dev/null | cut -d'"' -f4)" -- "$cur"))
                elif [[ $command == completion ]]; then
                    COMPREPLY=($(compgen -W 'bash zsh' -- "$cur"))
                elif [[ $command == export ]] && ((at == COMP_CWORD)) && [[ -z $program ]]; then
                    COMPREPLY=($(compgen -W 'systemd' -- "$cur"))
                elif [[ $command == @RUNNERS@ ]] && ((operands == 0)); then
                    if declare -F _command_offset >/dev/null; then
                        _command_offset "$at"
                    elif ((at == COMP_CWORD)); then
                        COMPREPLY=($(compgen -c -- "$cur"))
                    else
                        COMPREPLY=($(compgen -f -- "$cur"))
                    fi
                fi
            }

            complete -F _leash leash
            """;

    private BashCompletion() {}

    static String script(List<CommandForm> commands) {
        return TEMPLATE.replace(
                        "@COMMANDS@", commands.stream().map(CommandForm::name).collect(Collectors.joining(" ")))
                .replace("@OTHERS@", String.join(" ", Help.OTHERS))
                .replace("@RUNNERS@", "@(run|timeout)")
                .replace("@CASES@", commands.stream().map(BashCompletion::words).collect(Collectors.joining()))
                .replace(
                        "@VALUES@",
                        commands.stream().flatMap(BashCompletion::values).collect(Collectors.joining()));
    }

    private static String words(CommandForm command) {
        String all = names(command.options().stream());
        String valued = names(command.options().stream().filter(CommandForm.Option::takesValue));
        // The duration of timeout comes before its program.
        String operands = command.name().equals("timeout") ? " operands=1" : "";
        return "        " + command.name() + ") options='" + all + "' valued=' " + valued + " '" + operands + " ;;\n";
    }

    private static String names(Stream<CommandForm.Option> options) {
        return options.flatMap(option -> option.names().stream()).collect(Collectors.joining(" "));
    }

    private static Stream<String> values(CommandForm command) {
        return command.options().stream().filter(CommandForm.Option::takesValue).map(option -> {
            String how = "";
            if (option.takesPath()) {
                how = option.label().startsWith("DIR") ? "-d" : "-f";
            } else if (option.label().equals("SIGNAL")) {
                how = "-W \"$(compgen -A signal | sed -n 's/^SIG//p')\"";
            } else if (!option.choices().isEmpty()) {
                how = "-W '" + String.join(" ", option.choices()) + "'";
            }
            String patterns =
                    option.names().stream().map(name -> command.name() + name).collect(Collectors.joining(" | "));
            return how.isEmpty()
                    ? ""
                    : "            " + patterns + ") COMPREPLY=($(compgen " + how + " -- \"$cur\")) ;;\n";
        });
    }
}
