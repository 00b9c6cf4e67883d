package dev.leash.cli.help;

import java.util.List;

/** The text of {@code leash --help}, and the names of the commands. */
public final class Help {
    /** Commands that have a help text of their own. */
    public static final List<String> COMMANDS = List.of(
            "run",
            "batch",
            "bench",
            "up",
            "ps",
            "start",
            "stop",
            "restart",
            "reload",
            "logs",
            "events",
            "wait",
            "export",
            "timeout",
            "doctor",
            "completion",
            "man");

    /** Other words in the place of a command. */
    public static final List<String> OTHERS = List.of("help", "version", "--help", "--version");

    public static final String LEASH = """
            Usage: leash COMMAND [OPTION]...

            Keeps programs on a leash: what it starts ends on time, ends completely, and is
            reported truthfully.

            Commands:
              run       run a program in a process group of its own, with a deadline, and
                        leave nothing of it behind
              batch     run many programs, some at a time, and keep account of them
              bench     measure programs, and tell by how much they differ
              up        run the services of a file, and keep them running
              ps        show the services that leash up runs
              start, stop, restart
                        start and stop some of them
              reload    have leash up read its file again, or a service its own
              logs      show what they have written, and follow it
              events    tell what becomes of them
              wait      wait until they are ready
              export    write units of systemd for the services of a file
              timeout   the same command line as timeout(1) of the GNU coreutils
              doctor    tell what this machine has, and what is missing for a stronger
                        containment
              completion
                        write a script that lets bash or zsh complete command lines
              man       write the manual page
              help      tell what leash can do, or a command: leash help run
              version   show the versions of leash, the kernel and the JDK

              leash COMMAND --help   is the same as leash help COMMAND
              leash --version        is the same as leash version

            Examples:
              leash run --timeout 2s -- sh -c 'echo start; sleep 10 & sleep 10'
              leash run --timeout 1m --signal INT --grace 5s --json -- make test
              leash batch -j8 --joblog done.jsonl --resume jobs.txt
              leash up Procfile
              leash timeout -k 5 60 make test

            Called by the name 'timeout', for example through a symbolic link, leash is
            'leash timeout'.
            """;

    private Help() {}
}
