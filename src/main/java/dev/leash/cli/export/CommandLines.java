package dev.leash.cli.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The command lines of one service. All begin with {@code :}, so that systemd leaves {@code $} to the program: what
 * stands in the file is what stands in the unit.
 */
final class CommandLines {
    static final String SHELL = "/bin/sh";

    private final String service;
    private final String directory;
    private final String path;
    private final Map<String, String> others;
    private final Gaps gaps;

    /**
     * Command lines.
     *
     * @param directory where they run, absolute
     * @param path the variable PATH
     * @param others variables that {@code Environment=} cannot set
     */
    CommandLines(String service, String directory, String path, Map<String, String> others, Gaps gaps) {
        this.service = service;
        this.directory = directory;
        this.path = path;
        this.others = others;
        this.gaps = gaps;
    }

    /** A program with its arguments. */
    String of(List<String> arguments) {
        return ":" + words(arguments);
    }

    /** A script for the shell, to which a command of the file is {@code "$@"}. */
    String script(String script, List<String> command) {
        List<String> arguments = new ArrayList<>(List.of(SHELL, "-c", script, "sh"));
        arguments.add(found(command.getFirst()));
        arguments.addAll(command.subList(1, command.size()));
        return of(arguments);
    }

    /** A script for the shell. */
    String script(String script) {
        return of(List.of(SHELL, "-c", script));
    }

    private String words(List<String> arguments) {
        List<String> words = new ArrayList<>();
        String program = found(arguments.getFirst());
        if (!others.isEmpty()) {
            words.add("/usr/bin/env");
            words.add("--");
            others.forEach((name, value) -> words.add(name + "=" + value));
        }
        // systemd refuses such a name, and env(1) takes it for a variable.
        if (!UnitSyntax.isProgram(program) || (!others.isEmpty() && program.indexOf('=') >= 0)) {
            words.addAll(List.of(SHELL, "-c", "exec \"$0\" \"$@\""));
        }
        words.add(program);
        words.addAll(arguments.subList(1, arguments.size()));
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            line.append(line.isEmpty() ? "" : " ").append(UnitSyntax.word(word));
        }
        return line.toString();
    }

    /** The path of a program, found as leash finds it. */
    private String found(String program) {
        if (program.indexOf('/') >= 0) {
            String own = Place.in(directory, program);
            if (!Place.isProgram(own)) {
                missing("there is no program " + own + " on this machine");
            }
            return own;
        }
        for (String folder : path.split(":", -1)) {
            String candidate = Place.in(Place.in(directory, folder), program);
            if (Place.isProgram(candidate)) {
                return candidate;
            }
        }
        missing("there is no program " + program + " in the PATH here; systemd will look for it in its own");
        return program;
    }

    private void missing(String what) {
        gaps.add(service, UnitSyntax.shown(what).replace("%%", "%"));
    }
}
